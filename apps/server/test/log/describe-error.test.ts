import { StoreUnavailableError } from '@messaging-system/core';
import { expect, test } from 'vitest';
import { describeError } from '../../src/log/describe-error.ts';

test('tells type, code, message and the causes', () => {
  const cause = Object.assign(new TypeError('inner'), { code: 'ECONNREFUSED' });
  expect(describeError(new StoreUnavailableError('outer', { cause }))).toMatchObject({
    type: 'StoreUnavailableError',
    code: 'store_unavailable',
    message: 'outer',
    cause: { type: 'TypeError', code: 'ECONNREFUSED', message: 'inner' },
  });
});

test('leaves out what else a driver hung on its error', () => {
  const error = Object.assign(new Error('outer'), { command: { args: ['+905551234567', 'the content'] } });
  expect(JSON.stringify(describeError(error))).not.toMatch(/905551234567|content/);
});

test('shows the stack of what nobody expected, and not of a typed fault', () => {
  expect(describeError(new Error('bug')).stack).toContain('describe-error.test');
  expect(describeError(new StoreUnavailableError('down')).stack).toBeUndefined();
});

test('ends with causes that go round in a circle', () => {
  const error = new Error('a');
  error.cause = error;
  expect(JSON.stringify(describeError(error)).match(/"message":"a"/g)).toHaveLength(5);
});

test.each(['text', 7, null, undefined])('describes %j, which is not an error', (thrown) => {
  expect(describeError(thrown)).toEqual({ type: typeof thrown, message: String(thrown) });
});
