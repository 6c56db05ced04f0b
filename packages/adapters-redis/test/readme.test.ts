import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { RedisSentCache } from '../src/index.ts';
import { redis, sentCache } from './readme/example.ts';

test('the README shows the snippet that is run here', () => {
  // It says what becomes of its connection, which this test does not check.
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
  redis.disconnect();
  expect(sentCache).toBeInstanceOf(RedisSentCache);
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const snippet = readFileSync(new URL('./readme/example.ts', import.meta.url), 'utf8');
  expect(readme).toContain(`\`\`\`ts\n${snippet}\`\`\``);
});
