import assert from 'node:assert/strict';
import type { Message } from '@messaging-system/core';
import { aDeadLetter, aMessage, aNack, anAck, LEASE_END, NOW } from '../builders.ts';
import { type Contract, needing } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { foreign, NO_OTHER_SERVICE, type PutForeign } from './foreign-case.ts';
import {
  assertHeld,
  assertSameMembers,
  claim,
  claimOne,
  findMessage,
  insertMany,
  leaseNew,
  only,
} from './steps.ts';

const TEXTS = { phoneNumber: '+905553333333', content: 'Written by another service' };

async function putMany(put: PutForeign, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    ids.push(await put({ ...TEXTS, content: `message ${index}` }));
  }
  return ids;
}

function foreignMessage(id: string, overrides: Partial<Message> = {}): Message {
  const none = { createdAt: null, dueAt: null, availableAt: null, leasedUntil: null };
  return aMessage({ ...TEXTS, id, ...none, ...overrides });
}

/** Messages that another service wrote, with none of our fields. */
export const foreignContract: Contract<MessageRepositoryHarness> = {
  'hands out a foreign message as it is, at any time, and says that it is foreign': foreign(
    async ({ repository }, put) => {
      const id = await put(TEXTS);
      const { claimed } = await claimOne(repository, { now: 0, leasedUntil: LEASE_END });
      const message = foreignMessage(id, { availableAt: LEASE_END, leasedUntil: LEASE_END });
      assert.deepEqual(claimed, { message, interrupted: false, inDoubt: false, foreign: true });
    },
  ),

  'finds and lists a foreign message': foreign(async ({ repository }, put) => {
    const id = await put(TEXTS);
    assert.deepEqual(await findMessage(repository, id), foreignMessage(id));
    const listed = await repository.list({ limit: 10, status: 'unsent' });
    assert.deepEqual(listed, { kind: 'page', items: [foreignMessage(id)], nextCursor: null });
    assert.equal((await repository.counts()).unsent.count, 1);
  }),

  'shares each claim of two or more between foreign messages and its own': foreign(
    async ({ repository }, put) => {
      const foreignIds = await putMany(put, 12);
      const ownIds = (await insertMany(repository, 12)).map(({ id }) => id);
      const left = new Set([...foreignIds, ...ownIds]);
      const has = (ids: readonly string[]): boolean => ids.some((id) => left.has(id));
      for (const limit of [2, 3, 2, 5, 2, 2]) {
        assert.ok(has(foreignIds) && has(ownIds), 'both wait');
        const { claimed } = await claim(repository, { limit });
        const kinds = claimed.map(({ message, foreign }) => {
          assert.equal(foreign, foreignIds.includes(message.id));
          assert.ok(left.delete(message.id));
          return foreign;
        });
        assert.ok(kinds.includes(true) && kinds.includes(false), `a claim of ${limit} has both`);
      }
    },
  ),

  'fills a claim from the one stream when the other is short': foreign(async ({ repository }, put) => {
    await putMany(put, 1);
    await insertMany(repository, 8);
    const first = await claim(repository, { limit: 6 });
    assert.deepEqual(first.claimed.filter(({ foreign }) => foreign).length, 1);
    assert.equal(first.ids.length, 6);
    await putMany(put, 8);
    assert.equal((await claim(repository, { limit: 6 })).ids.length, 6);
    assert.equal((await claim(repository, { limit: 6 })).ids.length, 5);
  }),

  'serves foreign messages in the order they were put, within its claim window': foreign(
    async ({ repository, claimWindow = 0 }, put) => {
      const waiting = [...(await putMany(put, claimWindow * 2 + 12))];
      const limit = Math.max(3, Math.ceil(waiting.length / 12));
      while (waiting.length > 0) {
        const { ids } = await claim(repository, { limit });
        assert.ok(ids.length > 0, 'what waits is handed out');
        const last = Math.max(...ids.map((id) => waiting.indexOf(id)));
        for (const id of ids) waiting.splice(waiting.indexOf(id), 1);
        const stayedBehind = last + 1 - ids.length;
        assert.ok(stayedBehind <= claimWindow, `${stayedBehind} stayed behind`);
      }
    },
  ),

  'settles a foreign message': foreign(async ({ repository }, put) => {
    const id = await put(TEXTS);
    const { token } = await claimOne(repository);
    assertHeld(await repository.settle(token, [anAck(id)]), [id]);
    const { status, sentAt, webhookMessageId, attempts } = await findMessage(repository, id);
    assert.deepEqual(
      { status, sentAt, webhookMessageId, attempts },
      { status: 'sent', sentAt: NOW + 35, webhookMessageId: 'receiver-id-1', attempts: 1 },
    );
  }),

  'queues a nacked foreign message at its new due time, still foreign': foreign(
    async ({ repository }, put) => {
      const id = await put(TEXTS);
      const { token } = await claimOne(repository);
      await repository.settle(token, [aNack(id, { availableAt: NOW + 1_000 })]);
      assert.deepEqual((await claim(repository, { now: NOW + 999 })).ids, []);
      const { claimed } = await claimOne(repository, { now: NOW + 1_000 });
      assert.deepEqual([claimed.message.dueAt, claimed.foreign], [NOW + 1_000, true]);
    },
  ),

  'gives a released foreign message back as it was': foreign(async ({ repository }, put) => {
    const id = await put(TEXTS);
    const { token } = await claimOne(repository);
    await repository.release(token, [id]);
    assert.deepEqual(await findMessage(repository, id), foreignMessage(id));
    const { claimed } = await claimOne(repository, { now: 0 });
    assert.deepEqual([claimed.foreign, claimed.interrupted], [true, false]);
  }),

  'takes over the expired lease of a foreign message': foreign(async ({ repository }, put) => {
    await put(TEXTS);
    await claimOne(repository, { leasedUntil: LEASE_END });
    assert.deepEqual((await claim(repository, { now: LEASE_END - 1 })).ids, []);
    const { claimed } = await claimOne(repository, { now: LEASE_END });
    assert.deepEqual([claimed.foreign, claimed.interrupted, claimed.inDoubt], [true, true, true]);
  }),

  'cancels and erases foreign messages': foreign(async ({ repository }, put) => {
    const ids = await putMany(put, 2);
    assert.deepEqual(
      (await repository.cancel(ids, NOW)).map(({ kind }) => kind),
      ['cancelled', 'cancelled'],
    );
    assertSameMembers((await repository.erase(TEXTS.phoneNumber, 10)).erasedIds, ids);
  }),

  'lists a sent message of another service that does not say when it was sent': needing(
    ({ probe }) => probe.putForeignSent?.bind(probe),
    NO_OTHER_SERVICE,
    async ({ repository }, put) => {
      const id = await put(TEXTS);
      const listed = await repository.list({ limit: 10, status: 'sent' });
      assert.equal(listed.kind, 'page');
      const { status, sentAt, ...rest } = only(listed.items);
      assert.deepEqual([rest.id, status, sentAt], [id, 'sent', null]);
    },
  ),

  'takes no message for leased that another service marked sent: it can be erased': needing(
    ({ probe }) => probe.markSentElsewhere?.bind(probe),
    NO_OTHER_SERVICE,
    async ({ repository }, markSent) => {
      const { id } = await leaseNew(repository, { phoneNumber: TEXTS.phoneNumber });
      await markSent(id);
      assert.equal((await findMessage(repository, id)).leasedUntil, null);
      const erased = await repository.erase(TEXTS.phoneNumber, 10);
      assert.deepEqual(erased, { erasedIds: [id], inFlightIds: [] });
    },
  ),

  'never prunes a sent message that it did not settle': needing(
    ({ probe }) => probe.putForeignSent?.bind(probe),
    NO_OTHER_SERVICE,
    async ({ repository }, put) => {
      const id = await put(TEXTS);
      assert.equal(await repository.prune(Date.UTC(2100, 0, 1), 10), 0);
      assert.equal((await findMessage(repository, id)).status, 'sent');
    },
  ),

  'hands out a record that cannot be read, so that it is given up and blocks nobody': needing(
    ({ probe }) => probe.putUnreadable?.bind(probe),
    'this store cannot hold a record without texts',
    async ({ repository }, put) => {
      const id = await put();
      const { claimed, token } = await claimOne(repository, { limit: 2 });
      assert.deepEqual(
        [claimed.message.id, claimed.message.phoneNumber, claimed.message.content],
        [id, '', ''],
      );
      assertHeld(await repository.settle(token, [aDeadLetter(id, { attempt: null })]), [id]);
      assert.deepEqual((await claim(repository)).ids, []);
    },
  ),
};
