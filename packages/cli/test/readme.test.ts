import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ExitCode } from '../src/exit-code.ts';
import { program } from '../src/program.ts';
import { NO_HOST } from './no-host.ts';

const readme = readFileSync(join(import.meta.dirname, '../../../apps/server/README.md'), 'utf8');

test('the README of the server has every command in its table', () => {
  const rows = [...readme.matchAll(/^\| (`[a-z].*?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z]+)[ `]/g)].map(([, name]) => name),
  );
  const { commands } = program(
    async () => undefined,
    () => undefined,
    NO_HOST,
  );
  for (const command of commands) expect(rows).toContain(command.name());
});

test('the README of the server has every exit code', () => {
  const codes = [...readme.matchAll(/^\| ([\d, ]+) \|/gm)]
    .flatMap(([, cell = '']) => cell.split(', '))
    .map(Number);
  expect(codes).toEqual(Object.values(ExitCode));
});
