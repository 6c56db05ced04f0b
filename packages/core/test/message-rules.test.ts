import { describe, expect, test } from 'vitest';
import {
  brokenRules,
  isMessageStatus,
  isSameRequest,
  MESSAGE_STATUSES,
  type Metadata,
} from '../src/adapter.ts';
import { DEFAULT_MESSAGE_RULES } from '../src/index.ts';
import { aMessage, aNewMessage, T0 } from './support/builders.ts';

const valid = { phoneNumber: '+905551111111', content: 'hello' };

describe('brokenRules', () => {
  test.for(['+12', '+905551111111', '+123456789012345'])('accepts the E.164 number %s', (phoneNumber) => {
    expect(brokenRules({ ...valid, phoneNumber }, DEFAULT_MESSAGE_RULES)).toEqual([]);
  });

  test.for([
    '',
    '+1',
    '905551111111',
    '+0905551111111',
    '+1234567890123456',
    '+90 555 111',
    'a+905551111111',
    '+90555a',
    '+905551111111\n',
  ])('refuses the number %j', (phoneNumber) => {
    expect(brokenRules({ ...valid, phoneNumber }, DEFAULT_MESSAGE_RULES)).toMatchObject([
      { field: 'phoneNumber' },
    ]);
  });

  test('refuses a number of megabytes without asking a pattern that would look at it from every place', () => {
    const rules = { ...DEFAULT_MESSAGE_RULES, phonePattern: /(\d+)+$/ };
    const phoneNumber = `${'1'.repeat(4_000_000)}x`;
    const startedAt = performance.now();
    expect(brokenRules({ ...valid, phoneNumber }, rules)).toEqual([
      { field: 'phoneNumber', problem: 'must have at most 256 characters' },
    ]);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  test('counts the content in code points, from 1 to the limit', () => {
    const of = (content: string): number => brokenRules({ ...valid, content }, DEFAULT_MESSAGE_RULES).length;
    expect([of(''), of('x'), of('x'.repeat(500)), of('x'.repeat(501))]).toEqual([1, 0, 0, 1]);
    expect([of('😀'.repeat(500)), of('😀'.repeat(501))]).toEqual([0, 1]);
  });

  test('names everything that is wrong', () => {
    expect(brokenRules({ phoneNumber: 'x', content: '' }, DEFAULT_MESSAGE_RULES)).toEqual([
      { field: 'phoneNumber', problem: 'must be an international number such as +905551234567' },
      { field: 'content', problem: 'must have 1 to 500 characters, has 0' },
    ]);
  });

  test.for(['g', 'y'])('gives the same answer every time with a pattern flagged %s', (flag) => {
    const rules = { ...DEFAULT_MESSAGE_RULES, phonePattern: new RegExp('^\\+\\d+$', flag) };
    expect([1, 2, 3].map(() => brokenRules(valid, rules).length)).toEqual([0, 0, 0]);
  });
});

describe('isMessageStatus', () => {
  test('knows the five and nothing else', () => {
    expect(MESSAGE_STATUSES.every(isMessageStatus)).toBe(true);
    expect(MESSAGE_STATUSES).toHaveLength(5);
    expect(['pending', '', null, 3, undefined].some(isMessageStatus)).toBe(false);
  });
});

describe('isSameRequest', () => {
  test('looks at what is asked, not at when', () => {
    expect(isSameRequest(aMessage(), aNewMessage({ createdAt: T0 + 9 }))).toBe(true);
    for (const other of [
      { phoneNumber: '+905552222222' },
      { content: 'bye' },
      { sendAt: T0 },
      { expiresAt: T0 + 1 },
      { metadata: { order: '17' } },
    ]) {
      expect(isSameRequest(aMessage(), aNewMessage(other))).toBe(false);
    }
  });

  test.for<[boolean, Metadata | undefined, Metadata | undefined]>([
    [true, { a: '1', b: '2' }, { b: '2', a: '1' }],
    [true, undefined, {}],
    [false, { a: '1' }, { a: '2' }],
    [false, { a: '1' }, { b: '1' }],
    [false, { a: '1' }, { a: '1', b: '2' }],
    [false, { a: '1', b: '2' }, { a: '1' }],
    // Every object inherits one.
    [false, { toString: '1' }, { other: '1' }],
  ])('is %s for the metadata %o and %o', ([isSame, stored, asked]) => {
    const given = (metadata: Metadata | undefined) => (metadata === undefined ? {} : { metadata });
    expect(isSameRequest(aMessage(given(stored)), aNewMessage(given(asked)))).toBe(isSame);
  });
});
