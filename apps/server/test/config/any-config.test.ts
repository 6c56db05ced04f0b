import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblems } from '@messaging-system/cli/text';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { KEY_TABLE } from '../../src/config/key-table.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const FACTOR = Math.max(1, Number(process.env.FUZZ ?? 1));
const RUNS = 150 * FACTOR;
const TIMEOUT_MS = 20_000 * FACTOR;
const SECTIONS = [...new Set(KEY_TABLE.map(({ path }) => path.split('.')[0] ?? ''))];
const FIELDS = [...new Set(KEY_TABLE.map(({ path }) => path.split('.').at(-1) ?? ''))];

const BOMB = `a: &a [x, x, x, x, x, x, x, x, x]
${['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
  .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join()}]`)
  .join('\n')}
client: { url: *i }`;

const anyYaml = fc.oneof(
  fc
    .dictionary(
      fc.constantFrom(...SECTIONS),
      fc.oneof(fc.dictionary(fc.constantFrom(...FIELDS), fc.anything()), fc.anything()),
    )
    .map(written),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    BOMB,
    'client: &a { url: *a }',
    'server: *nobody',
    '? [a, b] : c',
    '<<: { port: 1 }',
    '--- \n--- \n',
    '!!js/function x',
    'server: !!binary AAAA',
    '\ufeffserver:\n\tport: 1',
    '__proto__: { port: 1 }',
    `${'['.repeat(500)}`,
    `server: { port: ${'9'.repeat(10_000)} }`,
  ),
);

function written(value: unknown): string {
  try {
    return stringify(value);
  } catch {
    // Not everything can be written; then a text that is not a map stands for it.
    return String(typeof value);
  }
}

test('a value that contains itself is named like any other that is wrong', () => {
  const home = temporaryHome({ 'test.yaml': 'client: &a { url: *a }' });
  expect(loadConfig({ APP_ENV: 'test' }, home)).toMatchObject({
    kind: 'invalid',
    problems: [{ key: 'client.url', problem: 'a value that contains itself is not allowed' }],
  });
});

test(
  'whatever a file says, it is taken or every problem is named, and nothing is thrown',
  () => {
    const home = temporaryHome({ 'test.yaml': '' });
    fc.assert(
      fc.property(anyYaml, (text) => {
        writeFileSync(join(home, '.config/test.yaml'), text);
        const result = loadConfig({ APP_ENV: 'test' }, home);
        if (result.kind === 'loaded') return;
        expect(result.problems.length).toBeGreaterThan(0);
        for (const { key, problem } of result.problems) {
          expect(typeof key).toBe('string');
          expect(problem).not.toBe('');
        }
        expect(formatProblems(result.problems)).toContain('nothing was started');
      }),
      { numRuns: RUNS },
    );
  },
  TIMEOUT_MS,
);

test(
  'whatever the environment says, it is taken or every wrong variable is named',
  () => {
    const home = temporaryHome({ 'test.yaml': 'client: { sandbox: true }' });
    const anyValue = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('1', 'true', '1s', 'x', 'http://x', '['),
    );
    const environment = fc.dictionary(fc.constantFrom(...KEY_TABLE.map(({ envName }) => envName)), anyValue, {
      maxKeys: 6,
    });
    fc.assert(
      fc.property(environment, (given) => {
        const result = loadConfig({ ...given, APP_ENV: 'test' }, home);
        if (result.kind === 'loaded') return;
        const names = result.problems.map(({ origin }) =>
          origin?.kind === 'environment' ? origin.name : null,
        );
        for (const name of names) if (name !== null) expect(given).toHaveProperty(name);
        expect(result.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: RUNS },
    );
  },
  TIMEOUT_MS,
);
