import assert from 'node:assert/strict';
import { aDeadLetter, aHold, aNack, anAck, LEASE_END, NOW } from '../builders.ts';
import type { Contract } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { claim, insertAll, insertOne, leaseNew, settleNew } from './steps.ts';

export const nextDueContract: Contract<MessageRepositoryHarness> = {
  'knows no next due time in an empty store': {
    async run({ repository }) {
      assert.equal(await repository.nextDueAt(), null);
    },
  },

  'tells the earliest due time, past or to come': {
    async run({ repository }) {
      await insertAll(repository, [
        { sendAt: NOW + 7_000 },
        { sendAt: NOW + 5_000 },
        { sendAt: NOW + 6_000 },
      ]);
      assert.equal(await repository.nextDueAt(), NOW + 5_000);
      await insertOne(repository, { createdAt: NOW - 5_000 });
      assert.equal(await repository.nextDueAt(), NOW - 5_000);
    },
  },

  'tells the new due time of a nacked message': {
    async run({ repository }) {
      await settleNew(repository, (id) => aNack(id, { availableAt: NOW + 4_321 }));
      assert.equal(await repository.nextDueAt(), NOW + 4_321);
    },
  },

  'passes over messages under a lease': {
    async run({ repository }) {
      await leaseNew(repository, {}, { leasedUntil: LEASE_END });
      assert.equal(await repository.nextDueAt(), null);
      await insertOne(repository, { sendAt: LEASE_END + 1 });
      assert.equal(await repository.nextDueAt(), LEASE_END + 1);
    },
  },

  'passes over messages that are not unsent': {
    async run({ repository }) {
      for (const settlement of [anAck, aDeadLetter, aHold])
        await settleNew(repository, (id) => settlement(id));
      const { id } = await insertOne(repository);
      await repository.cancel([id], NOW);
      assert.equal(await repository.nextDueAt(), null);
    },
  },

  'tells 0 where a foreign message is due': {
    unless: ({ probe }) => (probe.putForeign === undefined ? 'no other service shares this store' : null),
    async run({ repository, probe }) {
      await insertOne(repository, { sendAt: NOW + 5_000 });
      await probe.putForeign?.({ phoneNumber: '+905551111111', content: 'Hello' });
      assert.equal(await repository.nextDueAt(), 0);
      await claim(repository);
      assert.equal(await repository.nextDueAt(), NOW + 5_000);
    },
  },
};
