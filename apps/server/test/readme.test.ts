import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { program } from '../src/cli/program.ts';
import { settingsTable } from '../src/config/settings-table.ts';
import { ExitCode } from '../src/life-cycle/exit-code.ts';

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');

test('has the table of settings as the key table has it', () => {
  const [, table] = /<!-- settings.* -->\n([\s\S]*)\n<!-- end of settings -->/.exec(readme) ?? [];
  expect(table).toBe(settingsTable());
});

test('has every command in its table', () => {
  const rows = [...readme.matchAll(/^\| (`[a-z].*?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z]+)[ `]/g)].map(([, name]) => name),
  );
  const { commands } = program(
    async () => undefined,
    () => undefined,
  );
  for (const command of commands) expect(rows).toContain(command.name());
});

test('has every exit code', () => {
  const codes = [...readme.matchAll(/^\| ([\d, ]+) \|/gm)]
    .flatMap(([, cell = '']) => cell.split(', '))
    .map(Number);
  expect(codes).toEqual(Object.values(ExitCode));
});
