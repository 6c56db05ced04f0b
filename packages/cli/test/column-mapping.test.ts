import { expect, test } from 'vitest';
import { columnMapping, contentTemplate, parseMapping, unusedColumns } from '../src/import/column-mapping.ts';

const NOTHING_SAID = new Map();

test('finds columns by their names, however these are written', () => {
  expect(columnMapping(['Phone number', 'CONTENT', 'send_at', 'age'], NOTHING_SAID, null)).toEqual({
    phoneNumber: 'Phone number',
    content: 'CONTENT',
    sendAt: 'send_at',
  });
});

test('takes what was said before what is found', () => {
  const said = new Map([['phoneNumber', 'Mobile'] as const]);
  expect(columnMapping(['phoneNumber', 'Mobile', 'content'], said, null).phoneNumber).toBe('Mobile');
});

test('names every column that is missing, and another delimiter that would make several of one', () => {
  const said = new Map([['idempotencyKey', 'Nr'] as const]);
  expect(() => columnMapping(['phone;text'], said, null)).toThrow(
    /no column "Nr" for idempotencyKey.*no column for phoneNumber.*no column for content.*--delimiter ';'/,
  );
});

test('needs no column for the content where one is given for all', () => {
  expect(columnMapping(['phoneNumber'], NOTHING_SAID, contentTemplate('Hi'))).toEqual({
    phoneNumber: 'phoneNumber',
  });
});

test('refuses a column that is there twice: nobody knows which one counts', () => {
  expect(() => columnMapping(['phoneNumber', 'content', 'content'], NOTHING_SAID, null)).toThrow(
    'there twice',
  );
});

test.each([
  ['phone_number=Mobile=1', ['phoneNumber', 'Mobile=1']],
  ['to=Mobile', null],
  ['content=', null],
  ['content', null],
])('reads %s as %j', (text, mapping) => {
  expect(parseMapping(text)).toEqual(mapping);
});

test('takes metadata.NAME for an entry of that very name, and any column that --map names', () => {
  const columns = ['phoneNumber', 'content', 'Metadata.Order_Id', 'Nr'];
  const said = new Map([['metadata.nr', 'Nr'] as const]);
  const mapping = columnMapping(columns, said, null);
  expect(mapping).toMatchObject({ 'metadata.Order_Id': 'Metadata.Order_Id', 'metadata.nr': 'Nr' });
  expect(unusedColumns(mapping, null, columns)).toEqual([]);
  expect(parseMapping('metadata.nr=Nr')).toEqual(['metadata.nr', 'Nr']);
  expect(parseMapping('metadata.=Nr')).toBeNull();
  expect(() => columnMapping(['phoneNumber', 'content'], said, null)).toThrow(
    'no column "Nr" for metadata.nr',
  );
});

test('takes columns of one name that nobody reads', () => {
  const columns = ['phoneNumber', 'content', 'Email', 'Email', '', ''];
  const mapping = columnMapping(columns, NOTHING_SAID, null);
  expect(unusedColumns(mapping, null, columns)).toEqual(['Email']);
});
