import assert from 'node:assert/strict';
import { EXACT_COUNT_LIMIT } from '@messaging-system/core/adapter';
import { aDeadLetter, aHold, aNack, anAck, LEASE_END, NOW } from '../builders.ts';
import { type Contract, needing } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { foreign } from './foreign-case.ts';
import { UNKNOWN_IDS } from './lease-operations.ts';
import {
  cancelNew,
  claim,
  endOneOfEach,
  findMessage,
  insertAll,
  insertMany,
  insertOne,
  leaseNew,
  readStored,
  settleNew,
} from './steps.ts';

function exactly(...counts: readonly number[]): object {
  const statuses = ['unsent', 'sent', 'failed', 'unknown', 'cancelled'];
  return Object.fromEntries(statuses.map((status, index) => [status, { count: counts[index], exact: true }]));
}

/** findById and counts. */
export const readContract: Contract<MessageRepositoryHarness> = {
  'finds a message as the store keeps it, lease and attempts included': async (harness) => {
    const { repository, probe } = harness;
    const leased = await leaseNew(repository, { idempotencyKey: 'order-1' }, { journals: true });
    await repository.beginAttempt(leased.token, [leased.id], NOW + 10);
    const sent = await settleNew(repository, (id) => anAck(id));
    for (const { id } of [leased, sent]) {
      const stored = (await readStored(probe, id)).message;
      assert.deepEqual(await findMessage(repository, id), stored);
      assert.deepEqual(await findMessage(await harness.openAnother(), id), stored);
    }
  },

  'finds nothing for an unknown id': async ({ repository }) => {
    await insertMany(repository, 1);
    for (const id of UNKNOWN_IDS) assert.equal(await repository.findById(id), null, `'${id}'`);
  },

  'counts nothing in an empty store, by every status': async ({ repository }) => {
    assert.deepEqual(await repository.counts(), exactly(0, 0, 0, 0, 0));
  },

  'counts each status exactly, a leased message as unsent': async (harness) => {
    const { repository } = harness;
    for (const settlement of [anAck, anAck, aDeadLetter, aDeadLetter, aDeadLetter, aHold]) {
      await settleNew(repository, (id) => settlement(id));
    }
    await cancelNew(repository);
    await insertMany(repository, 4);
    await claim(repository, { limit: 2 });
    assert.deepEqual(await (await harness.openAnother()).counts(), exactly(4, 2, 3, 1, 1));
  },

  'counts a status beyond the limit exactly, or at least to the limit and says so': needing(
    ({ probe }) => probe.putMany?.bind(probe),
    'the harness has no quick way to put 100,001',
    async ({ repository }, putMany) => {
      await putMany(EXACT_COUNT_LIMIT + 1);
      const { unsent, sent } = await repository.counts();
      const least = unsent.exact ? EXACT_COUNT_LIMIT + 1 : EXACT_COUNT_LIMIT;
      assert.ok(unsent.count >= least, `${unsent.count} are at least ${least}`);
      assert.ok(!unsent.exact || unsent.count === least, `there are not exactly ${unsent.count}`);
      assert.deepEqual(sent, { count: 0, exact: true });
    },
  ),

  'knows no next due time in an empty store': async ({ repository }) => {
    assert.equal(await repository.nextDueAt(), null);
  },

  'tells the earliest due time, past or to come': async ({ repository }) => {
    await insertAll(repository, [{ sendAt: NOW + 7_000 }, { sendAt: NOW + 5_000 }, { sendAt: NOW + 6_000 }]);
    assert.equal(await repository.nextDueAt(), NOW + 5_000);
    await insertOne(repository, { createdAt: NOW - 5_000 });
    assert.equal(await repository.nextDueAt(), NOW - 5_000);
  },

  'tells the new due time of a nacked message': async ({ repository }) => {
    await settleNew(repository, (id) => aNack(id, { availableAt: NOW + 4_321 }));
    assert.equal(await repository.nextDueAt(), NOW + 4_321);
  },

  'passes over messages under a lease': async ({ repository }) => {
    await leaseNew(repository, {}, { leasedUntil: LEASE_END });
    assert.equal(await repository.nextDueAt(), null);
    await insertOne(repository, { sendAt: LEASE_END + 1 });
    assert.equal(await repository.nextDueAt(), LEASE_END + 1);
  },

  'passes over messages that are not unsent': async ({ repository }) => {
    await endOneOfEach(repository);
    assert.equal(await repository.nextDueAt(), null);
  },

  'tells 0 where a foreign message is due': foreign(async ({ repository }, put) => {
    await insertOne(repository, { sendAt: NOW + 5_000 });
    await put({ phoneNumber: '+905551111111', content: 'Hello' });
    assert.equal(await repository.nextDueAt(), 0);
    await claim(repository);
    assert.equal(await repository.nextDueAt(), NOW + 5_000);
  }),
};
