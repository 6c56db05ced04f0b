import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sender } from './readme/example.ts';
import { sendOne } from './senders.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('the README', () => {
  test('shows the snippet that is run here', async () => {
    const snippet = readFileSync(new URL('./readme/example.ts', import.meta.url), 'utf8');
    expect(README).toContain(`\`\`\`ts\n${snippet}\`\`\``);
    await sender.close();
    expect(await sendOne(sender)).toEqual({ kind: 'retryable', reason: 'closed' });
  });

  test('names every option', () => {
    const source = readFileSync(new URL('../src/webhook-sender-options.ts', import.meta.url), 'utf8');
    const declared = source.slice(0, source.indexOf('export interface BodyFields'));
    const options = [...declared.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name);
    expect(options.length).toBeGreaterThan(10);
    for (const option of options) expect(README).toMatch(new RegExp(`^\\| .*\`${option}[\`(]`, 'm'));
  });
});
