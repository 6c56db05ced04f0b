import { expect, test } from 'vitest';
import { contentTemplate } from '../src/import/column-mapping.ts';
import { importRow, RowKeys, type RowRules } from '../src/import/import-row.ts';
import type { ReadRecord } from '../src/import/source-record.ts';

const RULES: RowRules = {
  mapping: { phoneNumber: 'to', content: 'text', sendAt: 'when' },
  content: null,
  ownKeys: 'none',
  keys: new RowKeys('rows.csv'),
  country: null,
  takesAnyStatus: false,
  isCsv: true,
};

function aRecord(values: ReadRecord['values']): ReadRecord {
  return { kind: 'record', line: 7, end: 100, values };
}

function requestOf(record: ReadRecord, rules: RowRules = RULES): Readonly<Record<string, unknown>> {
  const read = importRow(record, rules);
  if (!('row' in read)) throw new Error(`rejected: ${read.reject.problems.join()}`);
  return read.row.request;
}

test('reads cells of CSV without the spaces around them, but the content as it is', () => {
  const request = requestOf(aRecord({ to: ' +905551234567 ', text: ' Hi ', when: '' }));
  expect(request).toMatchObject({ phoneNumber: '+905551234567', content: ' Hi ' });
  expect(request).not.toHaveProperty('sendAt');
});

test('gives the same row of the same file the same key, and any other another one', () => {
  const values = { to: '+905551234567', text: 'Hi' };
  const keyOf = (record: ReadRecord, keys = new RowKeys('rows.csv')) =>
    requestOf(record, { ...RULES, keys }).idempotencyKey;
  const keys = new RowKeys('rows.csv');
  const key = keyOf(aRecord(values), keys);
  expect(keyOf(aRecord({ ...values }))).toBe(key);
  const others = [
    keyOf(aRecord(values), keys),
    keyOf(aRecord({ ...values, text: 'Hi!' }), keys),
    keyOf(aRecord(values), new RowKeys('other.csv')),
  ];
  expect(new Set([key, ...others]).size).toBe(4);
});

test('refuses a row without the key that its file has', () => {
  const rules = {
    ...RULES,
    ownKeys: 'everywhere' as const,
    mapping: { ...RULES.mapping, idempotencyKey: 'nr' },
  };
  const values = { to: '+905551234567', text: 'Hi', nr: ' ' };
  expect(importRow(aRecord(values), rules)).toMatchObject({
    reject: { line: 7, problems: [expect.stringContaining('idempotencyKey is empty')], values },
  });
});

test('gives rows without a text of their own the one for all', () => {
  const rules = { ...RULES, content: contentTemplate('Closed on Monday') };
  expect(requestOf(aRecord({ to: '+905551234567', text: '' }), rules).content).toBe('Closed on Monday');
  expect(requestOf(aRecord({ to: '+905551234567', text: 'Own' }), rules).content).toBe('Own');
});

test('leaves values of JSON as they are, so that the API can say what is wrong', () => {
  const request = requestOf(aRecord({ to: 5, text: '', when: null }), { ...RULES, isCsv: false });
  expect(request).toMatchObject({ phoneNumber: 5, content: '' });
  expect(request).not.toHaveProperty('sendAt');
});

const NDJSON: RowRules = { ...RULES, mapping: {}, isCsv: false };

test('reads the names of NDJSON however they are written', () => {
  const values = {
    phone_number: '+905551234567',
    Content: 'Hi',
    send_at: '2030-01-01T00:00:00Z',
    'expires-at': '2031-01-01T00:00:00Z',
    idempotency_key: 'order-1',
  };
  expect(requestOf(aRecord(values), NDJSON)).toEqual({
    phoneNumber: '+905551234567',
    content: 'Hi',
    sendAt: '2030-01-01T00:00:00Z',
    expiresAt: '2031-01-01T00:00:00Z',
    idempotencyKey: 'order-1',
  });
});

test('refuses a record of NDJSON that has two names for one field', () => {
  const values = {
    phoneNumber: '+905551234567',
    content: 'Hi',
    sendAt: null,
    send_at: '2030-01-01T00:00:00Z',
  };
  expect(importRow(aRecord(values), NDJSON)).toMatchObject({
    reject: { problems: ['sendAt is there twice, as "sendAt" and "send_at"'] },
  });
});

test.each([
  ['CSV', { to: '+905551234567', text: 'Hi', Status: ' SENT ' }, RULES],
  ['NDJSON', { phoneNumber: '+905551234567', content: 'Hi', status: 'failed' }, NDJSON],
])('refuses a row of %s that was dealt with, unless it is asked for', (_, values, rules) => {
  expect(importRow(aRecord(values), rules)).toMatchObject({
    reject: { problems: [expect.stringMatching(/^its status is (SENT|failed), not unsent/)] },
  });
  expect(requestOf(aRecord(values), { ...rules, takesAnyStatus: true })).toMatchObject({ content: 'Hi' });
  for (const name of ['status', 'Status'])
    if (name in values) expect(requestOf(aRecord({ ...values, [name]: 'unsent' }), rules).content).toBe('Hi');
});

test('reads a document as mongoexport writes it', () => {
  const values = {
    _id: { $oid: '6955b9000102030405000001' },
    phoneNumber: '+905551234567',
    content: 'Hi',
    status: 'unsent',
    sendAt: { $date: '2030-01-01T00:00:00Z' },
    expiresAt: { $date: { $numberLong: '1924992000000' } },
  };
  expect(requestOf(aRecord(values), NDJSON)).toMatchObject({
    phoneNumber: '+905551234567',
    sendAt: '2030-01-01T00:00:00.000Z',
    expiresAt: '2031-01-01T00:00:00.000Z',
  });
  expect(importRow(aRecord({ ...values, status: 'sent' }), NDJSON)).toHaveProperty('reject');
});

test('a long status is quoted as far as its last whole character', () => {
  const status = `${'x'.repeat(18)}👩‍👩‍👧‍👦yz`;
  expect(importRow(aRecord({ phoneNumber: '+905551234567', content: 'Hi', status }), NDJSON)).toMatchObject({
    reject: { problems: [expect.stringContaining(`its status is ${'x'.repeat(18)}👩‍👩‍👧‍👦…,`)] },
  });
});

test('reads the entries of metadata from columns, and from the object of NDJSON', () => {
  const mapping = { ...RULES.mapping, 'metadata.order': 'Order', 'metadata.shop': 'metadata.shop' };
  const row = { to: '+905551234567', text: 'Hi' };
  const csv = requestOf(aRecord({ ...row, Order: ' 17 ', 'metadata.shop': '' }), { ...RULES, mapping });
  expect(csv.metadata).toEqual({ order: '17' });
  const rules = { ...RULES, isCsv: false };
  const ndjson = requestOf(aRecord({ ...row, metadata: { order: '17' }, 'metadata.shop': 'x' }), rules);
  expect(ndjson.metadata).toEqual({ order: '17', shop: 'x' });
  expect(requestOf(aRecord({ ...row, metadata: 'order' }), rules).metadata).toBe('order');
  for (const none of [row, { ...row, metadata: null }]) {
    expect(requestOf(aRecord(none), rules)).not.toHaveProperty('metadata');
  }
});

test('gives rows that differ in metadata alone keys of their own, and the others the keys that they had', () => {
  const row = { to: '+905551234567', text: 'Hi' };
  const keyOf = (values: ReadRecord['values']) =>
    requestOf(aRecord(values), { ...RULES, keys: new RowKeys('rows.csv'), isCsv: false }).idempotencyKey;
  const keys = [row, { ...row, metadata: { order: '17' } }, { ...row, metadata: { order: '18' } }].map(keyOf);
  expect(new Set(keys).size).toBe(3);
  expect(keyOf({ ...row, metadata: {} })).toBe(keys[0]);
});
