import { expect, test } from 'vitest';
import { columnMapping, contentTemplate } from '../src/import/column-mapping.ts';
import { importRow, RowKeys, type RowRules } from '../src/import/import-row.ts';

const COLUMNS = ['phoneNumber', 'content', 'Full name', 'city'];

function rulesFor(text: string, isCsv = true): RowRules {
  const content = contentTemplate(text);
  return {
    mapping: columnMapping(isCsv ? COLUMNS : null, new Map(), content),
    content,
    ownKeys: 'none',
    keys: new RowKeys('rows.csv'),
    country: null,
    takesAnyStatus: false,
    isCsv,
  };
}

function read(rules: RowRules, values: Readonly<Record<string, unknown>>) {
  const row = importRow(
    { kind: 'record', line: 2, end: 9, values: { phoneNumber: '+90', ...values } },
    rules,
  );
  return 'row' in row ? row.row.request.content : row.reject.problems;
}

test('--content is filled from the columns that it names, however their names are written', () => {
  const rules = rulesFor('Hi {{ full_name }}, see you in {{city}}. {{ Full name }}!');
  expect(read(rules, { content: '', 'Full name': ' Ayşe ', city: '{{city}}' })).toBe(
    'Hi Ayşe, see you in {{city}}. Ayşe!',
  );
});

test('a text of the file that only looks like a template is stored as it is', () => {
  expect(read(rulesFor('Hi {{city}}'), { content: 'Use {{city}} here', city: 'Ankara' })).toBe(
    'Use {{city}} here',
  );
});

test.each(['{{}}', '{{', 'a {{ b } }', '{city}'])('leaves %s, which names no column, as it is', (text) => {
  expect(read(rulesFor(text), { content: '' })).toBe(text);
});

test('rejects a row in which a column of --content is empty, and says which', () => {
  expect(
    read(rulesFor('Hi {{city}} {{Full name}}'), { content: '', city: ' ', 'Full name': 'Ayşe' }),
  ).toEqual(['there is nothing in "city" to fill {{city}} of --content with']);
});

test('rejects a record of NDJSON that lacks what --content names, or has no text there', () => {
  const rules = rulesFor('Hi {{name}}, {{n}}', false);
  expect(read(rules, { Name: 'Ayşe', n: 3 })).toBe('Hi Ayşe, 3');
  expect(read(rules, { n: 3 })).toEqual(['there is nothing in "name" to fill {{name}} of --content with']);
  expect(read(rules, { name: { first: 'Ayşe' }, n: 3 })).toEqual([
    '"name" is not a text: it cannot fill {{name}} of --content',
  ]);
});

test('refuses a file of CSV that lacks a column of --content', () => {
  expect(() => rulesFor('Hi {{surname}}')).toThrow(
    'there is no column "surname" for {{surname}} of --content',
  );
});

test('refuses a file in which a column of --content is there twice', () => {
  expect(() =>
    columnMapping(['phoneNumber', 'name', 'name'], new Map(), contentTemplate('Hi {{name}}')),
  ).toThrow('the column "name" is there twice');
});
