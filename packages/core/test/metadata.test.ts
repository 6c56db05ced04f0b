import { describe, expect, test } from 'vitest';
import { type Metadata, metadataProblems, readMetadata } from '../src/adapter.ts';
import { aWorld } from './support/world.ts';

function many(count: number): Metadata {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`name-${index}`, 'value']));
}

describe('metadataProblems', () => {
  test.for<[string, Metadata]>([
    ['none', {}],
    ['sixteen entries', many(16)],
    ['the longest name, of every kind of character', { [`aZ09_-${'x'.repeat(58)}`]: 'value' }],
    ['values that are empty or have 256 characters of four bytes', { empty: '', long: '🚚'.repeat(256) }],
    ['names that every object inherits', { constructor: '1', ['__proto__']: '2' }],
  ])('allows %s', ([, metadata]) => {
    expect(metadataProblems(metadata)).toEqual([]);
  });

  test.for<[string, unknown, object]>([
    ['a seventeenth entry', many(17), { problem: 'must have at most 16 entries, has 17' }],
    [
      'a name with another character',
      { 'order.id': '' },
      {
        problem: 'must have names of 1 to 64 letters, digits, - and _, which "order.id" is not',
      },
    ],
    ['an empty name', { '': '' }, { problem: expect.stringContaining('which "" is not') }],
    ['a name with a line break', { 'a\n': '' }, { problem: expect.stringContaining('"a\\n"') }],
    ['a name of 65', { ['n'.repeat(65)]: '' }, { problem: expect.stringContaining('1 to 64') }],
    ['a number', { order: 17 }, { name: 'order', problem: 'must be a string' }],
    ['null as a value', { order: null }, { name: 'order', problem: 'must be a string' }],
    [
      '257 characters',
      { order: 'x'.repeat(257) },
      { name: 'order', problem: 'must have at most 256 characters' },
    ],
    ['half a surrogate pair', { order: '\ud83d' }, { name: 'order', problem: 'must be well-formed Unicode' }],
    ['a list', ['a'], { problem: 'must be an object of texts' }],
    ['null', null, { problem: 'must be an object of texts' }],
    ['a text', 'order=17', { problem: 'must be an object of texts' }],
  ])('refuses %s', ([, metadata, problem]) => {
    // A caller without types may do this.
    expect(metadataProblems(metadata as Metadata)).toEqual([problem]);
  });
});

describe('readMetadata', () => {
  test('reads what is text', () => {
    expect(readMetadata({ a: '1', b: 2, c: null })).toEqual({ a: '1' });
    for (const none of [undefined, null, {}, { b: 2 }, ['a'], 'a', 7]) expect(readMetadata(none)).toEqual({});
  });
});

describe('a message with metadata', () => {
  test('is stored with a copy of it, which the sender gets', async () => {
    const world = aWorld();
    const metadata: Record<string, string> = { order: '17' };
    const result = await world.messages.enqueue({ phoneNumber: '+905551111111', content: 'hello', metadata });
    metadata.order = '18';
    expect(result).toMatchObject({ kind: 'stored', message: { metadata: { order: '17' } } });
    const seen: unknown[] = [];
    world.sender.always((call) => {
      seen.push(call.message.metadata);
      return { kind: 'accepted' };
    });
    await world.start();
    expect(seen).toEqual([{ order: '17' }]);
    await world.stopped();
  });

  test('is refused by its position and what is wrong with each entry', async () => {
    const world = aWorld();
    const message = { phoneNumber: '+905551111111', content: 'hello' };
    // A caller without types may do this.
    const wrong = { a: 7, b: 'x'.repeat(300) } as unknown as Metadata;
    expect(await world.messages.enqueueMany([message, { ...message, metadata: wrong }])).toEqual({
      kind: 'invalid',
      problems: [
        { index: 1, field: 'metadata', problem: 'a must be a string' },
        { index: 1, field: 'metadata', problem: 'b must have at most 256 characters' },
      ],
    });
  });

  test('is another message than one with the same key and other metadata', async () => {
    const world = aWorld();
    const message = { phoneNumber: '+905551111111', content: 'hello', idempotencyKey: 'order-17' };
    await world.messages.enqueue({ ...message, metadata: { order: '17' } });
    expect(await world.messages.enqueue(message)).toMatchObject({ kind: 'conflict' });
    expect(await world.messages.enqueue({ ...message, metadata: { order: '17' } })).toMatchObject({
      kind: 'existing',
    });
    const twice = { ...message, idempotencyKey: 'order-18' };
    expect(await world.messages.enqueueMany([twice, { ...twice, metadata: { order: '18' } }])).toMatchObject({
      kind: 'invalid',
      problems: [{ index: 1, field: 'idempotencyKey' }],
    });
  });
});
