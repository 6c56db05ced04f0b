import { MESSAGE_COLUMNS } from '@messaging-system/http-hono';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { neutralisedCell, originalCell } from '../src/csv/formula-cell.ts';
import { EXPORT_FORMATS } from '../src/export/export-format.ts';
import { readCsv } from './read-source.ts';

const FORMULAS = [
  '=HYPERLINK("http://x","y")',
  "=cmd|'/c calc'!A1",
  '+1+1',
  '-2+3',
  '@SUM(A1)',
  '\tSUM',
  '\rSUM',
  '\nSUM',
  '＝1+1',
  '＋1+1',
  '－1+1',
  '＠SUM(A1)',
];

test.each(FORMULAS)('%j is text for a spreadsheet, and comes back exactly', (text) => {
  expect(neutralisedCell(text)).toBe(`'${text}`);
  expect(originalCell(neutralisedCell(text))).toBe(text);
});

test.each([
  ["a;=cmd|'/c calc'!A1;", "a;'=cmd|'/c calc'!A1;"],
  ['a,@SUM(A1),', "a,'@SUM(A1),"],
  ['a\t-2+3\t', "a\t'-2+3\t"],
  ['\t=1', "'\t'=1"],
  ['\r=1', "'\r'=1"],
  ['\n=1', "'\n'=1"],
  ['a\n=1+1;', "a\n'=1+1;"],
  ["a;'=1+1", "a;''=1+1"],
  ['a;＝1+1', "a;'＝1+1"],
])(
  '%j is not a formula for a spreadsheet that separates cells otherwise, and comes back exactly',
  (text, cell) => {
    expect(neutralisedCell(text)).toBe(cell);
    expect(originalCell(cell)).toBe(text);
  },
);

test.each(["'=1+1", "''=1+1", "'+905551234567", "'", "''", "'quoted'", "it's"])(
  '%j, with an apostrophe of its own, comes back exactly',
  (text) => {
    expect(originalCell(neutralisedCell(text))).toBe(text);
  },
);

test.each(['+905551234567', '-5', 'Hello', '', '1=1', "'quoted'", 'a;+905551234567', 'a, -5', 'a;b\n\nc'])(
  '%j is not changed',
  (text) => {
    expect(neutralisedCell(text)).toBe(text);
    expect(originalCell(text)).toBe(text);
  },
);

test('every text comes back exactly, and none is a formula', () => {
  const sharp = fc.string({
    unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '\n', ',', ';', '1', 'a', '＝'),
  });
  fc.assert(
    fc.property(fc.oneof(sharp, fc.string({ unit: 'grapheme' })), (text) => {
      const cell = neutralisedCell(text);
      expect(originalCell(cell)).toBe(text);
      expect(/^[\t\r\n]/.test(cell)).toBe(false);
      const formulas = cell.split(/[,;\t\r\n]/).filter((part) => /^[=@＝＋－＠]|^[+-](?!\d+$)/u.test(part));
      expect(formulas).toEqual([]);
    }),
  );
});

const SHOWN = { isRaw: false, metadata: [], hasResponses: false };
const RAW = { ...SHOWN, isRaw: true };

const message = Object.fromEntries(MESSAGE_COLUMNS.map((name) => [name, "'=1+1"]));

test('an export is read back as it was, and any other file as it is', async () => {
  // Only the columns are looked at.
  const text = EXPORT_FORMATS.csv.head(SHOWN) + EXPORT_FORMATS.csv.text([message as never], SHOWN);
  expect(text).toContain("''=1+1");
  expect(await readCsv(text)).toMatchObject([{ values: { content: "'=1+1", webhookMessageId: "'=1+1" } }]);
  expect(await readCsv("content\n'=1+1\n")).toMatchObject([{ values: { content: "'=1+1" } }]);
});

test('a raw export has its cells as they are, and is read back raw', async () => {
  const text = EXPORT_FORMATS.csv.head(RAW) + EXPORT_FORMATS.csv.text([message as never], RAW);
  expect(text).not.toContain("''=1+1");
  expect(await readCsv(text, { isRaw: true })).toMatchObject([{ values: { content: "'=1+1" } }]);
});

test.each([
  ["'=1+1", '=1+1'],
  ["'=1+1;'=ş", '=1+1;=ş'],
])('%j in a file of rejected rows is read back as it was, and its bytes too', async (cell, content) => {
  const header = ['content', 'reject_line', 'reject_problem', 'reject_text'];
  const text = stringify([header, [cell, '2', 'bad', '']]);
  const bytes = Buffer.from(content).toString('latin1');
  expect(await readCsv(text)).toMatchObject([{ values: { content }, cells: [bytes, '2', 'bad', ''] }]);
});
