import assert from 'node:assert/strict';
import type { Message } from '@messaging-system/core';
import type { InsertResult, MessageRepository, NewMessage } from '@messaging-system/core/adapter';
import { aDeadLetter, aHold, aNewMessage, anAck, NOW, TRACEPARENT } from '../builders.ts';
import type { Contract } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { findMessage, insertMany, insertOne, only, RACERS, race, settleNew } from './steps.ts';

const KEY = 'order-1';

async function insertExisting(repository: MessageRepository, message: Partial<NewMessage>): Promise<Message> {
  const result = await repository.insert([aNewMessage(message)]);
  assert.equal(result.kind, 'inserted');
  const item = only(result.items);
  assert.equal(item.kind, 'existing');
  return item.message;
}

function kindsOf(result: InsertResult): readonly string[] {
  return result.kind === 'conflict' ? ['conflict'] : result.items.map(({ kind }) => kind);
}

export const idempotencyContract: Contract<MessageRepositoryHarness> = {
  'answers a repeated idempotencyKey with the stored message': async (harness) => {
    const { repository } = harness;
    const stored = await insertOne(repository, { idempotencyKey: KEY });
    assert.deepEqual(await insertExisting(await harness.openAnother(), { idempotencyKey: KEY }), stored);
    assert.equal((await repository.counts()).unsent.count, 1);
  },

  'does not take another createdAt for another request': async ({ repository }) => {
    const { id } = await insertOne(repository, { idempotencyKey: KEY, sendAt: NOW + 9_000 });
    const again = { idempotencyKey: KEY, sendAt: NOW + 9_000, createdAt: NOW + 5_000 };
    const existing = await insertExisting(repository, again);
    assert.deepEqual([existing.id, existing.createdAt], [id, NOW]);
  },

  'does not take another traceparent for another request': async ({ repository }) => {
    const { id } = await insertOne(repository, { idempotencyKey: KEY, traceparent: TRACEPARENT });
    for (const traceparent of [TRACEPARENT.replace('00f0', '11f1'), null]) {
      const existing = await insertExisting(repository, { idempotencyKey: KEY, traceparent });
      assert.deepEqual([existing.id, existing.traceparent], [id, TRACEPARENT]);
    }
  },

  'keeps a key whatever becomes of its message': async ({ repository }) => {
    for (const [idempotencyKey, settlement] of Object.entries({ anAck, aDeadLetter, aHold })) {
      const asked = { idempotencyKey };
      const { id } = await settleNew(repository, (id) => settlement(id), asked);
      assert.deepEqual(await insertExisting(repository, asked), await findMessage(repository, id));
    }
    const dropped = await insertOne(repository, { idempotencyKey: 'dropped' });
    await repository.cancel([dropped.id], NOW);
    assert.equal((await insertExisting(repository, { idempotencyKey: 'dropped' })).status, 'cancelled');
  },

  'keeps a key over a redrive': async ({ repository }) => {
    const { id } = await settleNew(repository, (id) => aDeadLetter(id), { idempotencyKey: KEY });
    await repository.redrive([id], NOW + 1_000);
    assert.equal((await insertExisting(repository, { idempotencyKey: KEY })).id, id);
  },

  'knows a request again although a redrive has dropped its expiry': async ({ repository }) => {
    const asked = { idempotencyKey: KEY, expiresAt: NOW + 9_000 };
    const { id } = await settleNew(repository, (id) => aDeadLetter(id), asked);
    await repository.redrive([id], NOW + 1_000);
    assert.equal((await insertExisting(repository, asked)).id, id);
  },

  'frees the key of a message that is erased': async ({ repository }) => {
    const first = await insertOne(repository, { idempotencyKey: KEY });
    await repository.erase(first.phoneNumber, 10);
    assert.notEqual((await insertOne(repository, { idempotencyKey: KEY })).id, first.id);
  },

  'frees the key of a message that is pruned': async ({ repository }) => {
    const { id } = await settleNew(repository, (id) => anAck(id), { idempotencyKey: KEY });
    await repository.prune(NOW + 86_400_000, 10);
    assert.notEqual((await insertOne(repository, { idempotencyKey: KEY })).id, id);
  },

  'names every conflict and stores nothing of the call': async ({ repository }) => {
    const [one, two] = [
      await insertOne(repository, { idempotencyKey: 'one' }),
      await insertOne(repository, { idempotencyKey: 'two' }),
    ];
    const result = await repository.insert([
      aNewMessage({ idempotencyKey: 'new' }),
      aNewMessage({ idempotencyKey: 'two', content: 'another' }),
      aNewMessage(),
      aNewMessage({ idempotencyKey: 'one', phoneNumber: '+905552222222' }),
    ]);
    assert.deepEqual(result, {
      kind: 'conflict',
      conflicts: [
        { index: 1, message: two },
        { index: 3, message: one },
      ],
    });
    assert.equal((await repository.counts()).unsent.count, 2);
    await insertOne(repository, { idempotencyKey: 'new' });
  },

  'takes any other field of the request for a conflict': async ({ repository }) => {
    const asked = aNewMessage({ idempotencyKey: KEY, sendAt: NOW + 1_000, expiresAt: NOW + 9_000 });
    const message = await insertOne(repository, asked);
    const others = [
      { phoneNumber: '+905552222222' },
      { content: 'another' },
      { sendAt: null },
      { sendAt: NOW + 2_000 },
      { expiresAt: null },
      { expiresAt: NOW + 8_000 },
    ];
    for (const other of others) {
      const result = await repository.insert([{ ...asked, ...other }]);
      assert.deepEqual(
        result,
        { kind: 'conflict', conflicts: [{ index: 0, message }] },
        JSON.stringify(other),
      );
    }
  },

  'mixes stored and existing messages in the order of the call': async ({ repository }) => {
    await insertOne(repository, { idempotencyKey: 'b', content: 'b' });
    const asked = ['a', 'b', 'c'].map((key) => aNewMessage({ idempotencyKey: key, content: key }));
    const result = await repository.insert(asked);
    assert.equal(result.kind, 'inserted');
    assert.deepEqual(
      result.items.map(({ kind, message }) => [kind, message.content]),
      [
        ['stored', 'a'],
        ['existing', 'b'],
        ['stored', 'c'],
      ],
    );
  },

  'stores what has a key once when a whole call is repeated': async ({ repository }) => {
    const asked = [aNewMessage({ idempotencyKey: 'a' }), aNewMessage(), aNewMessage({ idempotencyKey: 'b' })];
    assert.deepEqual(kindsOf(await repository.insert(asked)), ['stored', 'stored', 'stored']);
    assert.deepEqual(kindsOf(await repository.insert(asked)), ['existing', 'stored', 'existing']);
    assert.equal((await repository.counts()).unsent.count, 4);
  },

  'stores an idempotencyKey for exactly one of twenty racing callers': async (harness) => {
    const results = await race(harness, (repository) =>
      repository.insert([aNewMessage({ idempotencyKey: 'order-1' })]),
    );
    const items = results.map((result) => only(result.kind === 'inserted' ? result.items : []));
    assert.equal(items.filter(({ kind }) => kind === 'stored').length, 1, 'one caller stores');
    assert.equal(new Set(items.map(({ message }) => message.id)).size, 1, 'all get the same message');
    assert.equal((await harness.repository.counts()).unsent.count, 1);
  },

  'stores one of the requests that race for a key and names it to the others': async (harness) => {
    const contents = ['one', 'other'];
    const results = await race(harness, (repository, index) =>
      repository.insert([aNewMessage({ idempotencyKey: 'order-1', content: contents[index % 2] ?? '' })]),
    );
    const outcomes = results.map((result, index) => ({
      asked: contents[index % 2],
      ...(result.kind === 'conflict'
        ? { kind: result.kind, message: only(result.conflicts).message }
        : only(result.items)),
    }));
    const stored = only(outcomes.filter(({ kind }) => kind === 'stored'));
    for (const { asked, kind, message } of outcomes.filter((outcome) => outcome !== stored)) {
      assert.equal(kind, asked === stored.asked ? 'existing' : 'conflict');
      assert.equal(message.id, stored.message.id);
    }
  },

  'stores nothing of an array that loses a race for one of its keys, or names what it stored': async (
    harness,
  ) => {
    const results = await race(harness, (repository, index) =>
      repository.insert([
        aNewMessage({ content: `beside ${index}` }),
        aNewMessage({ idempotencyKey: 'order-1', content: `order ${index}` }),
      ]),
    );
    assert.equal(results.filter(({ kind }) => kind === 'inserted').length, 1, 'one caller stores');
    const named = results.flatMap((result) => (result.kind === 'conflict' ? (result.stored ?? []) : []));
    assert.equal((await harness.repository.counts()).unsent.count, 2 + named.length);
  },

  'stores each key once when twenty callers race with the same keys in different orders': async (harness) => {
    const keys = ['a', 'b', 'c', 'd'];
    const results = await race(harness, (repository, index) => {
      const turned = [...keys.slice(index % 4), ...keys.slice(0, index % 4)];
      return repository.insert(turned.map((key) => aNewMessage({ idempotencyKey: key, content: key })));
    });
    const items = results.flatMap((result, index) => {
      assert.equal(result.kind, 'inserted');
      const contents = result.items.map(({ message }) => message.content);
      assert.deepEqual(contents, [...keys.slice(index % 4), ...keys.slice(0, index % 4)]);
      return result.items;
    });
    assert.equal(items.filter(({ kind }) => kind === 'stored').length, keys.length);
    assert.equal(new Set(items.map(({ message }) => message.id)).size, keys.length);
    assert.equal((await harness.repository.counts()).unsent.count, keys.length);
  },

  'makes an id for each message of twenty racing callers': async (harness) => {
    const inserted = await race(harness, (repository) => insertMany(repository, 10));
    assert.equal(new Set(inserted.flat().map(({ id }) => id)).size, RACERS * 10);
    assert.equal((await harness.repository.counts()).unsent.count, RACERS * 10);
  },
};
