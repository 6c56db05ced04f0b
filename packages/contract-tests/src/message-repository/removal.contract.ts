import assert from 'node:assert/strict';
import type { MessageRepository } from '@messaging-system/core/adapter';
import { aDeadLetter, aHold, anAck, NOW } from '../builders.ts';
import { type Contract, needing } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import {
  assertSameMembers,
  cancelNew,
  claim,
  duel,
  endOneOfEach,
  insertMany,
  insertOne,
  leaseNew,
  RACERS,
  race,
  settleMany,
  settleNew,
  untilNone,
} from './steps.ts';

const PHONE = { phoneNumber: '+905551111111' };
const OTHER = { phoneNumber: '+905552222222' };

async function eraseSome(repository: MessageRepository): Promise<readonly string[]> {
  return (await repository.erase(PHONE.phoneNumber, 3)).erasedIds;
}

/** erase and prune. */
export const removalContract: Contract<MessageRepositoryHarness> = {
  'erases the messages of a phone number whatever their status, and no others': async ({
    repository,
    probe,
  }) => {
    const ids = [...(await endOneOfEach(repository, PHONE)), (await insertOne(repository, PHONE)).id];
    const other = await insertOne(repository, OTHER);
    const { erasedIds, inFlightIds } = await repository.erase(PHONE.phoneNumber, 100);
    assertSameMembers(erasedIds, ids);
    assert.deepEqual(inFlightIds, []);
    for (const id of ids) assert.equal(await probe.read(id), null);
    assert.notEqual(await probe.read(other.id), null);
  },

  'leaves messages under a lease and reports them, until they are settled': async ({ repository, probe }) => {
    const interrupted = await leaseNew(repository, PHONE, { leasedUntil: NOW + 1 });
    const { id, token } = await leaseNew(repository, PHONE);
    const first = await repository.erase(PHONE.phoneNumber, 100);
    assert.deepEqual(first.erasedIds, []);
    assertSameMembers(first.inFlightIds, [interrupted.id, id]);
    for (const stays of [interrupted.id, id]) assert.notEqual(await probe.read(stays), null);
    await repository.settle(token, [anAck(id)]);
    assert.deepEqual((await repository.erase(PHONE.phoneNumber, 100)).erasedIds, [id]);
  },

  'erases a leased message whose journaling holder has not begun, and none that has': async ({
    repository,
    probe,
  }) => {
    const waiting = await leaseNew(repository, PHONE, { journals: true });
    const begun = await leaseNew(repository, PHONE, { journals: true });
    await repository.beginAttempt(begun.token, [begun.id], NOW + 10);
    const result = await repository.erase(PHONE.phoneNumber, 100);
    assert.deepEqual(result, { erasedIds: [waiting.id], inFlightIds: [begun.id] });
    assert.equal(await probe.read(waiting.id), null);
    const beginning = await repository.beginAttempt(waiting.token, [waiting.id], NOW + 10);
    assert.deepEqual(beginning.stale, [waiting.id], 'the holder must not send');
  },

  'erases no message that a racing holder begins': async (harness) => {
    await insertMany(harness.repository, RACERS, PHONE);
    const { token, ids } = await claim(harness.repository, { journals: true });
    const [erased, begun] = await duel(harness, ids, eraseSome, async (repository, pair) => {
      const { held } = await repository.beginAttempt(token, pair, NOW);
      return held;
    });
    for (const id of ids)
      assert.ok(!(erased.includes(id) && begun.includes(id)), 'no message begins and is erased');
  },

  'erases up to the limit at a time, past those under a lease, until none is left': async ({
    repository,
  }) => {
    await insertMany(repository, 3, PHONE);
    await claim(repository);
    await insertMany(repository, 5, PHONE);
    const erase = async (): Promise<number> =>
      (await repository.erase(PHONE.phoneNumber, 2)).erasedIds.length;
    assert.deepEqual(await untilNone(erase), [2, 2, 1, 0]);
  },

  'erases no message that a racing caller claims': async (harness) => {
    const ids = (await insertMany(harness.repository, RACERS * 2, PHONE)).map(({ id }) => id);
    const [erased, claimed] = await duel(harness, ids, eraseSome, async (repository) => {
      return (await claim(repository, { limit: 3 })).ids;
    });
    assert.deepEqual(
      erased.filter((id) => claimed.includes(id)),
      [],
      'what is claimed is not erased',
    );
    for (const id of ids) {
      const isThere = (await harness.probe.read(id)) !== null;
      assert.equal(isThere, !erased.includes(id), 'what is erased, and only that, is gone');
    }
  },

  'tells that copies of what is erased remain, also when nothing is left to erase, until they are gone':
    needing(
      ({ probe }) => probe.holdCopies?.bind(probe),
      'this store keeps no copies of what is erased',
      async ({ repository, openAnother }, holdCopies) => {
        const another = await openAnother();
        await insertOne(repository, PHONE);
        const letGo = await holdCopies();
        try {
          const first = await repository.erase(PHONE.phoneNumber, 100);
          assert.equal(first.erasedIds.length, 1);
          assert.equal(first.copiesRemain, true);
          const nothing = { erasedIds: [], inFlightIds: [], copiesRemain: true };
          assert.deepEqual(await another.erase(PHONE.phoneNumber, 100), nothing);
        } finally {
          await letGo();
        }
        const { copiesRemain = false } = await another.erase(PHONE.phoneNumber, 100);
        assert.equal(copiesRemain, false);
      },
    ),

  'prunes sent and cancelled messages that were settled before the instant': async ({
    repository,
    probe,
  }) => {
    const old = await settleNew(repository, (id) => anAck(id, { settledAt: NOW + 99 }));
    const young = await settleNew(repository, (id) => anAck(id, { settledAt: NOW + 100 }));
    const oldDropped = await cancelNew(repository, {}, NOW + 99);
    const youngDropped = await cancelNew(repository, {}, NOW + 100);
    assert.equal(await repository.prune(NOW + 100, 100), 2);
    for (const id of [old.id, oldDropped]) assert.equal(await probe.read(id), null);
    for (const id of [young.id, youngDropped]) assert.notEqual(await probe.read(id), null);
  },

  'prunes by when a message was settled, not by when it was sent': async ({ repository }) => {
    await settleNew(repository, (id) => anAck(id, { sentAt: NOW + 1, settledAt: NOW + 5_000 }));
    assert.equal(await repository.prune(NOW + 1_000, 100), 0);
  },

  'never prunes what is unsent, failed or unknown': async ({ repository }) => {
    for (const settlement of [aDeadLetter, aHold]) await settleNew(repository, (id) => settlement(id));
    await leaseNew(repository);
    await insertOne(repository);
    assert.equal(await repository.prune(NOW + 86_400_000, 100), 0);
    const { unsent, failed, unknown } = await repository.counts();
    assert.deepEqual([unsent.count, failed.count, unknown.count], [2, 1, 1]);
  },

  'prunes up to the limit at a time and tells how many, until none is left': async ({ repository }) => {
    await settleMany(repository, 5, (id) => anAck(id));
    const prune = (): Promise<number> => repository.prune(NOW + 86_400_000, 2);
    assert.deepEqual(await untilNone(prune), [2, 2, 1, 0]);
    assert.equal((await repository.counts()).sent.count, 0);
  },

  'counts each pruned message for exactly one of twenty racing callers': async (harness) => {
    const ids = await settleMany(harness.repository, 30, (id) => anAck(id));
    const counts = await race(harness, (repository) => repository.prune(NOW + 86_400_000, 4));
    const total = counts.reduce((sum, count) => sum + count, 0);
    assert.equal(total, ids.length - (await harness.repository.counts()).sent.count);
  },
};
