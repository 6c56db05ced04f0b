import assert from 'node:assert/strict';
import { EXACT_COUNT_LIMIT } from '@messaging-system/core/adapter';
import { aDeadLetter, aHold, anAck, NOW } from '../builders.ts';
import type { Contract } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { UNKNOWN_IDS } from './lease-operations.ts';
import { claim, findMessage, insertMany, leaseNew, readStored, settleNew } from './steps.ts';

/** findById and counts. */
export const readContract: Contract<MessageRepositoryHarness> = {
  'finds a message as the store keeps it, lease and attempts included': {
    async run(harness) {
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
  },

  'finds nothing for an unknown id': {
    async run({ repository }) {
      await insertMany(repository, 1);
      for (const id of UNKNOWN_IDS) assert.equal(await repository.findById(id), null, `'${id}'`);
    },
  },

  'counts nothing in an empty store, by every status': {
    async run({ repository }) {
      const none = { count: 0, exact: true };
      assert.deepEqual(await repository.counts(), {
        unsent: none,
        sent: none,
        failed: none,
        unknown: none,
        cancelled: none,
      });
    },
  },

  'counts each status exactly, a leased message as unsent': {
    async run(harness) {
      const { repository } = harness;
      for (const settlement of [anAck, anAck, aDeadLetter, aDeadLetter, aDeadLetter, aHold]) {
        await settleNew(repository, (id) => settlement(id));
      }
      const [dropped] = await insertMany(repository, 1);
      await repository.cancel([dropped?.id ?? ''], NOW);
      await insertMany(repository, 4);
      await claim(repository, { limit: 2 });
      const counts = await (await harness.openAnother()).counts();
      const exactly = (count: number) => ({ count, exact: true });
      assert.deepEqual(counts, {
        unsent: exactly(4),
        sent: exactly(2),
        failed: exactly(3),
        unknown: exactly(1),
        cancelled: exactly(1),
      });
    },
  },

  'counts a status beyond the limit exactly, or at least to the limit and says so': {
    unless: ({ probe }) =>
      probe.putMany === undefined ? 'the harness has no quick way to put 100,001' : null,
    async run({ repository, probe }) {
      await probe.putMany?.(EXACT_COUNT_LIMIT + 1);
      const { unsent, sent } = await repository.counts();
      const least = unsent.exact ? EXACT_COUNT_LIMIT + 1 : EXACT_COUNT_LIMIT;
      assert.ok(unsent.count >= least, `${unsent.count} are at least ${least}`);
      assert.ok(!unsent.exact || unsent.count === least, `there are not exactly ${unsent.count}`);
      assert.deepEqual(sent, { count: 0, exact: true });
    },
  },
};
