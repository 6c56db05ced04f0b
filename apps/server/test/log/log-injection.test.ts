import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { capturedLog } from '../support/captured-log.ts';

// Characters that a terminal, or a viewer of lines, acts upon; a line's own end aside.
const COMMANDING = /[^\P{Cc}\n]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

const FACTOR = Math.max(1, Number(process.env.FUZZ ?? 1));

const HOSTILE = [
  'first\n{"level":60,"msg":"forged"}',
  'first\r\nforged',
  '\u001b[2J\u001b[1;1Hforged',
  '\u001b]0;title\u0007',
  '\u009b31mred',
  'next\u0085line',
  'line\u2028and\u2029paragraph',
  'right\u202eto left',
  '\u2066isolated\u2069',
  'rub\u007fout',
  'quoted " and \\ and \\u001b',
];

const anyText = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
);

test(
  'whatever is logged, a line of JSON is one line, commands no terminal, and says what was meant',
  () => {
    fc.assert(
      fc.property(anyText, (hostile) => {
        const { log, text, lines } = capturedLog();
        log.info({ reason: hostile, fields: { [hostile]: hostile } }, hostile);
        log.error({ err: new Error(hostile) }, 'a fault');
        expect(text().split('\n')).toHaveLength(3);
        expect(text()).not.toMatch(COMMANDING);
        const meant = hostile.toWellFormed();
        expect(lines()).toMatchObject([{ msg: meant, reason: meant }, { err: { message: meant } }]);
      }),
      { numRuns: 200 * FACTOR },
    );
  },
  20_000 * FACTOR,
);

test('on a terminal a text forges no line and commands nothing', () => {
  const main = join(import.meta.dirname, '../support/hostile-log-main.ts');
  const { stdout, stderr } = spawnSync(process.execPath, ['--conditions=@messaging-system/source', main], {
    input: JSON.stringify(HOSTILE),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(stdout).not.toMatch(COMMANDING);
  // Lines of ours begin with the time, or with the indentation of an error's fields.
  const lines = stdout.trimEnd().split('\n');
  expect(lines.filter((line) => !/^(?:\[\d\d:\d\d:\d\d\.\d{3}\] | {4})/.test(line))).toEqual([]);
  expect(lines.filter((line) => line.startsWith('['))).toHaveLength(HOSTILE.length * 3);
});
