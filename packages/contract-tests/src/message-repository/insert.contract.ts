import assert from 'node:assert/strict';
import { storedFrom } from '@messaging-system/core/adapter';
import { aDeadLetter, aNack, aNewMessage, NOW, TRACEPARENT } from '../builders.ts';
import type { Contract } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { claimOne, findMessage, insertAll, insertMany, insertOne, readStored } from './steps.ts';

export const insertContract: Contract<MessageRepositoryHarness> = {
  'stores new messages as unsent and answers in the order of the call': async ({ repository, probe }) => {
    const asked = ['first', 'second', 'third'].map((content) => aNewMessage({ content }));
    const result = await repository.insert(asked);
    assert.equal(result.kind, 'inserted');
    assert.equal(result.items.length, asked.length);
    for (const [index, item] of result.items.entries()) {
      assert.equal(item.kind, 'stored');
      const expected = storedFrom(item.message.id, asked[index] ?? aNewMessage()).message;
      assert.deepEqual(item.message, expected);
      assert.deepEqual((await readStored(probe, item.message.id)).message, expected);
    }
  },

  'keeps every field that the caller gave': async (harness) => {
    const { repository } = harness;
    const asked = aNewMessage({ idempotencyKey: 'order-1', sendAt: NOW + 1_001, expiresAt: NOW + 90_007 });
    const { id } = await insertOne(repository, asked);
    assert.deepEqual(await findMessage(await harness.openAnother(), id), storedFrom(id, asked).message);
  },

  'keeps texts of any script as they are': async ({ repository, probe }) => {
    const contents = [
      'Mesajınız yolda',
      '你的包裹在路上',
      '👩‍👩‍👧 🚚',
      ' "quoted"\n\\ $set {a.b} %s \' ',
      'a\u0301',
    ];
    for (const { id, content } of await insertAll(
      repository,
      contents.map((content) => ({ content })),
    )) {
      const stored = (await readStored(probe, id)).message;
      assert.equal(stored.content, content);
      assert.ok(contents.includes(stored.content), `${stored.content} is one of those that were given`);
    }
  },

  'makes a message due at its sendAt where it has one': async ({ repository, probe }) => {
    const { id } = await insertOne(repository, { sendAt: NOW + 5_000 });
    const { dueAt, availableAt } = (await readStored(probe, id)).message;
    assert.deepEqual({ dueAt, availableAt }, { dueAt: NOW + 5_000, availableAt: NOW + 5_000 });
  },

  'keeps the traceparent of a message through every attempt and a redrive': async (harness) => {
    const { repository, probe } = harness;
    const { id } = await insertOne(repository, { traceparent: TRACEPARENT });
    const first = await claimOne(repository);
    assert.equal(first.claimed.message.traceparent, TRACEPARENT);
    await repository.settle(first.token, [aNack(id, { availableAt: NOW + 60_000 })]);
    const second = await claimOne(repository, { now: NOW + 60_000 });
    assert.equal(second.claimed.message.traceparent, TRACEPARENT);
    await repository.settle(second.token, [aDeadLetter(id)]);
    await repository.redrive([id], NOW + 90_000);
    assert.equal((await findMessage(await harness.openAnother(), id)).traceparent, TRACEPARENT);
    assert.equal((await readStored(probe, id)).message.traceparent, TRACEPARENT);
  },

  'takes an invalid traceparent for none': async ({ repository }) => {
    const invalid = ['', 'none', TRACEPARENT.toUpperCase(), `${TRACEPARENT}, ${TRACEPARENT}`];
    for (const { id } of await insertAll(
      repository,
      invalid.map((traceparent) => ({ traceparent })),
    )) {
      assert.equal((await findMessage(repository, id)).traceparent, null);
    }
  },

  'stores equal messages without a key each time': async ({ repository }) => {
    const [one, other] = await insertMany(repository, 2);
    assert.notEqual(one?.id, other?.id);
    await insertMany(repository, 1);
    assert.equal((await repository.counts()).unsent.count, 3);
  },

  'stores a thousand messages in one call, in order': async ({ repository }) => {
    const contents = Array.from({ length: 1000 }, (_, index) => `message ${index}`);
    const messages = await insertAll(
      repository,
      contents.map((content) => ({ content })),
    );
    assert.deepEqual(
      messages.map(({ content }) => content),
      contents,
    );
    assert.equal(new Set(messages.map(({ id }) => id)).size, 1000);
    assert.equal((await repository.counts()).unsent.count, 1000);
  },

  'stores nothing for an empty call': async ({ repository }) => {
    assert.deepEqual(await repository.insert([]), { kind: 'inserted', items: [] });
    assert.equal((await repository.counts()).unsent.count, 0);
  },
};
