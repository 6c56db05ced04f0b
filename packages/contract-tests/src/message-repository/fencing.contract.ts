import { randomUUID } from 'node:crypto';
import { aNack, LEASE_END } from '../builders.ts';
import { type Contract, type ContractCase, mergeContracts } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { LEASE_OPERATIONS, type LeaseOperation, UNKNOWN_IDS } from './lease-operations.ts';
import {
  aClaimRequest,
  assertHeld,
  assertSameMembers,
  assertStale,
  assertUnchanged,
  claim,
  claimOne,
  insertMany,
  insertOne,
  leaseNew,
  settleNew,
} from './steps.ts';

const LONG_AGO = Date.UTC(1971, 0, 1);

type FencingCases = Readonly<Record<string, ContractCase<MessageRepositoryHarness>>>;

/** The rule for every operation under a lease: the token alone decides. */
function fencingOf(name: LeaseOperation): FencingCases {
  const operate = LEASE_OPERATIONS[name];
  return {
    [`${name} of a lease that another caller took over changes nothing and says so`]: async (harness) => {
      const { repository, probe } = harness;
      const { id, token } = await leaseNew(repository, {}, { leasedUntil: LEASE_END });
      await claimOne(await harness.openAnother(), { now: LEASE_END });
      await assertUnchanged(probe, [id], async () => {
        assertStale(await operate(repository, token, [id]), [id]);
      });
    },

    [`${name} of a lease that was given back changes nothing and says so`]: async ({ repository, probe }) => {
      const { id, token } = await leaseNew(repository);
      await repository.release(token, [id]);
      await assertUnchanged(probe, [id], async () => {
        assertStale(await operate(repository, token, [id]), [id]);
      });
    },

    [`${name} by a token that leased nothing changes nothing and says so`]: async ({ repository, probe }) => {
      const leased = await leaseNew(repository);
      const { id } = await insertOne(repository);
      const ids = [id, leased.id];
      await assertUnchanged(probe, ids, async () => {
        for (const token of [randomUUID(), '']) {
          assertStale(await operate(repository, token, ids), ids);
        }
      });
    },

    [`${name} calls unknown ids stale and does the others`]: async ({ repository }) => {
      const [taken] = await insertMany(repository, 1);
      await claimOne(repository);
      await insertMany(repository, 2);
      const { token, ids } = await claim(repository);
      const stale = [...UNKNOWN_IDS, taken?.id ?? ''];
      const result = await operate(repository, token, [...stale.slice(0, 2), ...ids, ...stale.slice(2)]);
      assertSameMembers(result.held, ids, 'held');
      assertSameMembers(result.stale, stale, 'stale');
    },

    [`${name} after the lease's end succeeds when nobody came before`]: async ({ repository }) => {
      await insertOne(repository, { createdAt: LONG_AGO });
      const request = aClaimRequest({ now: LONG_AGO, leasedUntil: LONG_AGO + 1 });
      const { id, token } = await claimOne(repository, request);
      assertHeld(await operate(repository, token, [id]), [id]);
    },

    [`${name} of no message does nothing`]: async ({ repository, probe }) => {
      const { id, token } = await leaseNew(repository);
      await assertUnchanged(probe, [id], async () => {
        assertHeld(await operate(repository, token, []), []);
      });
    },
  };
}

/** A settled message has no holder any more, its last one included. */
function settledFencingOf(name: Exclude<LeaseOperation, 'settle'>): FencingCases {
  return {
    [`${name} of a message that the same token settled changes nothing and says so`]: async ({
      repository,
      probe,
    }) => {
      const sent = await settleNew(repository, (id) => aNack(id));
      await assertUnchanged(probe, [sent.id], async () => {
        assertStale(await LEASE_OPERATIONS[name](repository, sent.token, [sent.id]), [sent.id]);
      });
    },
  };
}

export const fencingContract: Contract<MessageRepositoryHarness> = mergeContracts(
  fencingOf('settle'),
  fencingOf('beginAttempt'),
  fencingOf('extendLease'),
  fencingOf('release'),
  settledFencingOf('beginAttempt'),
  settledFencingOf('extendLease'),
  settledFencingOf('release'),
);
