import { Binary, BSON, Long, ObjectId } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { decodeId, encodeId } from '../src/document.ts';

describe('ids as text', () => {
  test('an ObjectId is its 24 hex digits', () => {
    const id = new ObjectId('6955b9000102030405000001');
    expect(encodeId(id)).toBe('6955b9000102030405000001');
    expect(decodeId('6955b9000102030405000001')).toEqual({ id });
  });

  for (const id of [
    'text',
    '',
    '6955b9000102030405000001',
    42,
    2.5,
    -0,
    true,
    null,
    new Date(0),
    Long.MAX_VALUE,
    new Binary(Buffer.from('x')),
    { b: 1, a: [1] },
    new BSON.MinKey(),
  ]) {
    test(`${typeof id} ${JSON.stringify(id)} survives the way there and back`, () => {
      const text = encodeId(id);
      expect(text).toMatch(/^bson-[\w-]+$/);
      const decoded = decodeId(text);
      expect(decoded).not.toBeNull();
      expect(encodeId(decoded?.id)).toBe(text);
      expect(BSON.serialize({ id: decoded?.id })).toEqual(BSON.serialize({ id }));
    });
  }

  test('different ids have different texts', () => {
    const texts = ['1', 1, 1.5, true, 'true', null, 'null', { a: 1 }, '{"a":1}'].map(encodeId);
    expect(new Set(texts).size).toBe(texts.length);
  });

  const text = (json: string): string => `bson-${Buffer.from(json).toString('base64url')}`;
  for (const [what, garbage] of [
    ['empty text', ''],
    ['hex digits in capitals', '6955B9000102030405000001'],
    ['too many hex digits', '6955b900010203040500000100'],
    ['a prefix alone', 'bson-'],
    ['no JSON behind the prefix', text('{')],
    ['JSON without an id', text('{}')],
    ['a list', text('{"id":[1]}')],
    ['a regular expression', text('{"id":{"$regularExpression":{"pattern":".*","options":""}}}')],
    ['an ObjectId in the longer form', text('{"id":{"$oid":"6955b9000102030405000001"}}')],
    ['a second text for the same id', text('{"id": {"$numberInt":"42"}}')],
  ] as const) {
    test(`${what} is not an id`, () => {
      expect(decodeId(garbage)).toBeNull();
    });
  }
});
