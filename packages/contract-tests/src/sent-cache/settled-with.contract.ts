import assert from 'node:assert/strict';
import type { MessageRepository } from '@messaging-system/core/adapter';
import { aDeadLetter, aHold, aNack, anAck, LEASE_END } from '../builders.ts';
import type { Contract, ContractCase } from '../define-contract.ts';
import type { SentCacheHarness } from '../harness/sent-cache-harness.ts';
import { assertHeld, assertStale, claim, insertMany, leaseNew } from '../message-repository/steps.ts';
import { assertRecalls } from './records.ts';

/** A repository that has nothing to do with any cache. */
const STRANGER: MessageRepository = unusable();

function withRepository(
  run: (harness: SentCacheHarness, repository: MessageRepository) => Promise<void>,
): ContractCase<SentCacheHarness> {
  return {
    unless: ({ repository }) =>
      repository === undefined ? 'no repository settles in one transaction with this cache' : null,
    run: async (harness) => {
      assert.ok(harness.repository !== undefined);
      await run(harness, harness.repository);
    },
  };
}

/** Acks that are remembered by the settle itself. */
export const settledWithContract: Contract<SentCacheHarness> = {
  'is not settled with a repository of another store': {
    async run({ cache }) {
      assert.notEqual(cache.isSettledWith?.(STRANGER), true);
    },
  },

  'remembers the acks of a repository that it is settled with': withRepository(
    async (harness, repository) => {
      assert.equal(harness.cache.isSettledWith?.(repository), true);
      const { id, token } = await leaseNew(repository);
      const ack = anAck(id);
      assertHeld(await repository.settle(token, [ack]), [id]);
      const { webhookMessageId, sentAt } = ack;
      await assertRecalls(harness.cache, [id], [{ id, webhookMessageId, sentAt }]);
      const left = (await harness.probeTtlMs(id)) ?? 0;
      assert.ok(left > 0 && left <= harness.ttlMs, `${left} ms left of ${harness.ttlMs}`);
    },
  ),

  'remembers nothing but acks of a repository that it is settled with': withRepository(
    async ({ cache }, repository) => {
      await insertMany(repository, 3);
      const { ids, token } = await claim(repository);
      const [one = '', two = '', three = ''] = ids;
      assertHeld(await repository.settle(token, [aNack(one), aDeadLetter(two), aHold(three)]), ids);
      await assertRecalls(cache, ids, []);
    },
  ),

  'remembers no stale ack of a repository that it is settled with': withRepository(
    async ({ cache }, repository) => {
      const { id, token } = await leaseNew(repository, {}, { leasedUntil: LEASE_END });
      await claim(repository, { now: LEASE_END });
      assertStale(await repository.settle(token, [anAck(id)]), [id]);
      await assertRecalls(cache, [id], []);
    },
  ),
};

function unusable(): MessageRepository {
  const refuse = (): Promise<never> => Promise.reject(new TypeError('nobody uses this repository'));
  return {
    claimWindow: 0,
    insert: refuse,
    claimDue: refuse,
    beginAttempt: refuse,
    settle: refuse,
    extendLease: refuse,
    release: refuse,
    findById: refuse,
    list: refuse,
    counts: refuse,
    cancel: refuse,
    redrive: refuse,
    redriveMatching: refuse,
    erase: refuse,
    prune: refuse,
    nextDueAt: refuse,
  };
}
