import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importCommand } from '../src/commands/import.ts';
import { rejectPath } from '../src/import/run-import.ts';

function help(): string {
  const parts: string[] = [];
  importCommand(async () => undefined)
    .configureOutput({ writeOut: (part) => void parts.push(part) })
    .outputHelp();
  return parts.join('');
}

const readme = readFileSync(join(import.meta.dirname, '../../../apps/server/README.md'), 'utf8').replaceAll(
  '`',
  '',
);

test.each([
  ['customers.csv', 'csv', 'customers.rejects.csv'],
  ['lists/customers.ndjson', 'ndjson', 'lists/customers.rejects.ndjson'],
  ['customers.2026.tsv', 'csv', 'customers.2026.rejects.tsv'],
  ['customers', 'csv', 'customers.rejects.csv'],
  ['-', 'ndjson', 'standard-input.rejects.ndjson'],
] as const)('the rejected rows of %s as %s go to %s', (file, format, path) => {
  expect(rejectPath(file, format)).toBe(path);
});

test.each([
  ['the help of import', help()],
  ['the README', readme],
])('%s names the file of rejected rows as it is written, and none other', (_, text) => {
  const named = [...text.matchAll(/(\S+\.rejects\S*) for\s(\S+\.(csv|ndjson))/g)];
  expect(named.length).toBeGreaterThan(0);
  for (const [, rejects = '', file = ''] of named) {
    expect(rejects.replace('(', '')).toBe(rejectPath(file, file.endsWith('.csv') ? 'csv' : 'ndjson'));
  }
  expect(text.match(/\S+\.rejects/g)).toHaveLength(named.length);
});
