import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import config from '../vitest.config.ts';

const NOT_OURS = ['**/node_modules', '**/.cache', '**/dist'];
// Vitest's own `waitFor` and `waitUntil` give up after a second; `expect.poll` takes its limit from the configuration.
const OWN_LIMIT = /\bvi\.wait(?:For|Until)\(/g;
const LIMIT = /\b(?:timeout|testTimeout|hookTimeout|withinMs): ([\d_]+)/g;

test('no test has a limit below the common one, which a slow machine would reach', () => {
  const leastMs = config.test?.expect?.poll?.timeout ?? Number.NaN;
  expect(leastMs).toBeGreaterThanOrEqual(30_000);
  const lower = globSync('**/*.test.ts', { exclude: NOT_OURS }).flatMap((file) => {
    const source = readFileSync(file, 'utf8');
    const limits = [...source.matchAll(LIMIT)].filter(
      ([, ms = '']) => Number(ms.replaceAll('_', '')) < leastMs,
    );
    return [...limits, ...source.matchAll(OWN_LIMIT)].map(([found]) => `${file}: ${found}`);
  });
  expect(lower).toEqual([]);
});
