import { expect, test } from 'vitest';
import { importRow, type RowRules } from '../../src/cli/import/import-row.ts';
import type { ReadRecord } from '../../src/cli/import/source-record.ts';

const RULES: RowRules = {
  mapping: { phoneNumber: 'to', content: 'text', sendAt: 'when' },
  content: null,
  hasKey: false,
  source: 'rows.csv',
  isCsv: true,
};

function aRecord(values: ReadRecord['values'], number = 1): ReadRecord {
  return { kind: 'record', line: 7, end: 100, number, values };
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
  const key = requestOf(aRecord(values)).idempotencyKey;
  expect(requestOf(aRecord({ ...values })).idempotencyKey).toBe(key);
  const others = [
    requestOf(aRecord(values, 2)),
    requestOf(aRecord({ ...values, text: 'Hi!' })),
    requestOf(aRecord(values), { ...RULES, source: 'other.csv' }),
  ].map(({ idempotencyKey }) => idempotencyKey);
  expect(new Set([key, ...others]).size).toBe(4);
});

test('refuses a row without the key that its file has', () => {
  const rules = { ...RULES, hasKey: true, mapping: { ...RULES.mapping, idempotencyKey: 'nr' } };
  const values = { to: '+905551234567', text: 'Hi', nr: ' ' };
  expect(importRow(aRecord(values), rules)).toMatchObject({
    reject: { line: 7, problems: [expect.stringContaining('idempotencyKey is empty')], values },
  });
});

test('gives rows without a text of their own the one for all', () => {
  const rules = { ...RULES, content: 'Closed on Monday' };
  expect(requestOf(aRecord({ to: '+905551234567', text: '' }), rules).content).toBe('Closed on Monday');
  expect(requestOf(aRecord({ to: '+905551234567', text: 'Own' }), rules).content).toBe('Own');
});

test('leaves values of JSON as they are, so that the API can say what is wrong', () => {
  const request = requestOf(aRecord({ to: 5, text: '', when: null }), { ...RULES, isCsv: false });
  expect(request).toMatchObject({ phoneNumber: 5, content: '' });
  expect(request).not.toHaveProperty('sendAt');
});
