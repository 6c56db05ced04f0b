import assert from 'node:assert/strict';
import {
  isHeldBy,
  KEPT_ATTEMPTS,
  type Settlement,
  settle as settleTransition,
} from '@messaging-system/core/adapter';
import { aDeadLetter, aHold, aNack, anAck, anAttempt, NOW } from '../builders.ts';
import type { Contract, ContractCase } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import {
  assertHeld,
  assertSameMembers,
  claim,
  claimOne,
  findMessage,
  insertMany,
  insertOne,
  leaseNew,
  readStored,
} from './steps.ts';

/** Settles a message with a past and expects every field as the reference transition has it, in the store and from another instance. */
function settlesAs(settlement: (id: string) => Settlement): ContractCase<MessageRepositoryHarness> {
  return {
    async run(harness) {
      const { repository, probe } = harness;
      const first = await leaseNew(repository, { idempotencyKey: 'order-1', expiresAt: NOW + 9_000_000 });
      const retried = aNack(first.id, { availableAt: NOW + 1_000, inDoubt: true });
      await repository.settle(first.token, [retried]);
      const { id, token } = await claimOne(repository, { now: NOW + 1_000 });
      const before = await readStored(probe, id);
      assertHeld(await repository.settle(token, [settlement(id)]), [id]);
      assert.ok(isHeldBy(before, token));
      const { message } = settleTransition(before, settlement(id));
      assert.deepEqual(await findMessage(await harness.openAnother(), id), message);
      const stored = await readStored(probe, id);
      assert.deepEqual(stored.message, message);
      assert.equal(stored.lease, null, 'the lease is over');
    },
  };
}

const SECOND = anAttempt({ attempt: 2, startedAt: NOW + 1_010 });

export const settleContract: Contract<MessageRepositoryHarness> = {
  'makes an acked message sent, with the time and the id of the receiver': settlesAs((id) =>
    anAck(id, { attempt: SECOND, sentAt: NOW + 1_035, settledAt: NOW + 1_040 }),
  ),

  'makes an acked message sent when the receiver gave no id and no attempt was used up': settlesAs((id) =>
    anAck(id, { attempt: null, webhookMessageId: null }),
  ),

  'makes a nacked message due at its new time, with the attempt and the reason': settlesAs((id) =>
    aNack(id, { attempt: { ...SECOND, outcome: 'retryable', reason: 'http_503' }, reason: 'http_503' }),
  ),

  'makes a dead-lettered message failed, with the reason': settlesAs((id) =>
    aDeadLetter(id, { attempt: { ...SECOND, outcome: 'permanent', reason: 'http_400' } }),
  ),

  'makes a held message unknown, with the reason': settlesAs((id) =>
    aHold(id, { attempt: { ...SECOND, outcome: 'ambiguous', reason: 'timeout' } }),
  ),

  'counts and keeps no attempt for a settlement without one': {
    async run({ repository }) {
      const { id, token } = await leaseNew(repository);
      await repository.settle(token, [aDeadLetter(id, { attempt: null, reason: 'expired' })]);
      const { attempts, history, reason } = await findMessage(repository, id);
      assert.deepEqual({ attempts, history, reason }, { attempts: 0, history: [], reason: 'expired' });
    },
  },

  'keeps an uncounted attempt with its mark and does not count it': {
    async run({ repository }) {
      const { id, token } = await leaseNew(repository);
      await repository.beginAttempt(token, [id], NOW + 5);
      const refused = anAttempt({ outcome: 'retryable', reason: 'http_503', uncounted: true });
      await repository.settle(token, [aNack(id, { attempt: refused, availableAt: NOW + 1_000 })]);
      const before = await findMessage(repository, id);
      assert.deepEqual([before.attempts, before.history], [0, [refused]]);
      const again = await claimOne(repository, { now: NOW + 1_000 });
      await repository.settle(again.token, [anAck(id, { attempt: anAttempt({ startedAt: NOW + 1_010 }) })]);
      const { attempts, history } = await findMessage(repository, id);
      assert.equal(attempts, 1);
      assert.deepEqual(
        history.map(({ attempt, outcome, uncounted }) => [attempt, outcome, uncounted]),
        [
          [1, 'retryable', true],
          [1, 'accepted', undefined],
        ],
      );
    },
  },

  'hands out a nacked message in the millisecond it is due again, and not before': {
    async run({ repository }) {
      const { id, token } = await leaseNew(repository);
      await repository.settle(token, [aNack(id, { availableAt: NOW + 5_000 })]);
      assert.deepEqual((await claim(repository, { now: NOW + 4_999 })).ids, []);
      const { claimed } = await claimOne(repository, { now: NOW + 5_000 });
      assert.deepEqual([claimed.message.id, claimed.interrupted, claimed.inDoubt], [id, false, false]);
    },
  },

  'settles a batch of every kind in one call': {
    async run({ repository }) {
      await insertMany(repository, 4);
      const { token, ids } = await claim(repository);
      const [ack = '', nack = '', dead = '', held = ''] = ids;
      const batch = [anAck(ack), aNack(nack), aDeadLetter(dead), aHold(held)];
      assertHeld(await repository.settle(token, batch), ids);
      const statuses = await Promise.all(ids.map(async (id) => (await findMessage(repository, id)).status));
      assert.deepEqual(statuses, ['sent', 'unsent', 'failed', 'unknown']);
    },
  },

  'gives each message of a batch its own outcome': {
    async run({ repository }) {
      await insertMany(repository, 5);
      const { token, ids } = await claim(repository);
      const own = (id: string): string => `receiver-id-of-${id}`;
      await repository.settle(
        token,
        ids.map((id) => anAck(id, { webhookMessageId: own(id) })),
      );
      for (const id of ids) assert.equal((await findMessage(repository, id)).webhookMessageId, own(id));
    },
  },

  'settles what the token holds and leaves every other message alone': {
    async run({ repository }) {
      const mine = await leaseNew(repository);
      const theirs = await leaseNew(repository);
      const waiting = await insertOne(repository);
      await repository.settle(mine.token, [anAck(mine.id)]);
      const unsent = await Promise.all(
        [theirs.id, waiting.id].map(async (id) => (await findMessage(repository, id)).status),
      );
      assert.deepEqual(unsent, ['unsent', 'unsent']);
      assertSameMembers((await claim(repository)).ids, [waiting.id]);
    },
  },

  'keeps the last twenty attempts, oldest first, and counts them all': {
    async run({ repository }) {
      const { id } = await insertOne(repository);
      const total = KEPT_ATTEMPTS + 2;
      for (let attempt = 1; attempt <= total; attempt += 1) {
        const now = NOW + attempt;
        const { token } = await claimOne(repository, { now });
        const tried = anAttempt({ attempt, startedAt: now, outcome: 'retryable', reason: 'http_500' });
        await repository.settle(token, [aNack(id, { attempt: tried, availableAt: now + 1 })]);
      }
      const { attempts, history } = await findMessage(repository, id);
      assert.equal(attempts, total);
      const kept = Array.from({ length: KEPT_ATTEMPTS }, (_, index) => total - KEPT_ATTEMPTS + 1 + index);
      assert.deepEqual(
        history.map(({ attempt }) => attempt),
        kept,
      );
    },
  },
};
