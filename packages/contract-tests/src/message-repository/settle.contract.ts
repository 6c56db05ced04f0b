import assert from 'node:assert/strict';
import {
  isHeldBy,
  KEPT_ATTEMPTS,
  type Settlement,
  settle as settleTransition,
} from '@messaging-system/core/adapter';
import { aDeadLetter, aHold, aNack, anAck, anAttempt, LEASE_END, NOW } from '../builders.ts';
import type { Contract, ContractCase } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import {
  assertHeld,
  assertSameMembers,
  assertStale,
  assertUnchanged,
  claim,
  claimOne,
  duel,
  findMessage,
  insertMany,
  insertOne,
  leaseNew,
  RACERS,
  race,
  readStored,
  settleNew,
} from './steps.ts';

/** Settles a message with a past and expects every field as the reference transition has it, in the store and from another instance. */
function settlesAs(settlement: (id: string) => Settlement): ContractCase<MessageRepositoryHarness> {
  return async (harness) => {
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
  };
}

const SECOND = anAttempt({ attempt: 2, startedAt: NOW + 1_010 });

const ack = (id: string): Settlement => anAck(id);

/** Settles again what is settled, as a caller does that was not told: nothing changes. */
function repeats(settlement: (id: string) => Settlement): ContractCase<MessageRepositoryHarness> {
  return async (harness) => {
    const { repository, probe } = harness;
    const { id, token } = await settleNew(repository, settlement);
    const another = await harness.openAnother();
    await assertUnchanged(probe, [id], async () => {
      assertHeld(await another.settle(token, [settlement(id)]), [id]);
    });
  };
}

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

  'counts and keeps no attempt for a settlement without one': async ({ repository }) => {
    const { id, token } = await leaseNew(repository);
    await repository.settle(token, [aDeadLetter(id, { attempt: null, reason: 'expired' })]);
    const { attempts, history, reason } = await findMessage(repository, id);
    assert.deepEqual({ attempts, history, reason }, { attempts: 0, history: [], reason: 'expired' });
  },

  'keeps an uncounted attempt with its mark and does not count it': async ({ repository }) => {
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

  'hands out a nacked message in the millisecond it is due again, and not before': async ({ repository }) => {
    const { id, token } = await leaseNew(repository);
    await repository.settle(token, [aNack(id, { availableAt: NOW + 5_000 })]);
    assert.deepEqual((await claim(repository, { now: NOW + 4_999 })).ids, []);
    const { claimed } = await claimOne(repository, { now: NOW + 5_000 });
    assert.deepEqual([claimed.message.id, claimed.interrupted, claimed.inDoubt], [id, false, false]);
  },

  'settles a batch of every kind in one call': async ({ repository }) => {
    await insertMany(repository, 4);
    const { token, ids } = await claim(repository);
    const [ack = '', nack = '', dead = '', held = ''] = ids;
    const batch = [anAck(ack), aNack(nack), aDeadLetter(dead), aHold(held)];
    assertHeld(await repository.settle(token, batch), ids);
    const statuses = await Promise.all(ids.map(async (id) => (await findMessage(repository, id)).status));
    assert.deepEqual(statuses, ['sent', 'unsent', 'failed', 'unknown']);
  },

  'gives each message of a batch its own outcome': async ({ repository }) => {
    await insertMany(repository, 5);
    const { token, ids } = await claim(repository);
    const own = (id: string): string => `receiver-id-of-${id}`;
    await repository.settle(
      token,
      ids.map((id) => anAck(id, { webhookMessageId: own(id) })),
    );
    for (const id of ids) assert.equal((await findMessage(repository, id)).webhookMessageId, own(id));
  },

  'settles what the token holds and leaves every other message alone': async ({ repository }) => {
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

  'keeps the last twenty attempts, oldest first, and counts them all': async ({ repository }) => {
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

  'reports a repeated ack as held and changes nothing': repeats((id) => anAck(id)),
  'reports a repeated nack as held and changes nothing': repeats((id) => aNack(id)),
  'reports a repeated dead letter as held and changes nothing': repeats((id) => aDeadLetter(id)),
  'reports a repeated hold as held and changes nothing': repeats((id) => aHold(id)),

  'disturbs no later lease by a repeated nack': async ({ repository, probe }) => {
    const nack = (id: string): Settlement => aNack(id, { availableAt: NOW + 1_000 });
    const { id, token } = await settleNew(repository, nack);
    await claimOne(repository, { now: NOW + 1_000 });
    await assertUnchanged(probe, [id], async () => {
      assertHeld(await repository.settle(token, [nack(id)]), [id]);
    });
  },

  'undoes no redrive by a repeated dead letter': async ({ repository, probe }) => {
    const { id, token } = await settleNew(repository, (id) => aDeadLetter(id));
    await repository.redrive([id], NOW + 1_000);
    await assertUnchanged(probe, [id], async () => {
      assertHeld(await repository.settle(token, [aDeadLetter(id)]), [id]);
    });
  },

  'tells a settle of another token for the same message that it is stale': async ({ repository, probe }) => {
    const first = await leaseNew(repository, {}, { leasedUntil: LEASE_END });
    const second = await claimOne(repository, { now: LEASE_END });
    await repository.settle(second.token, [anAck(second.id)]);
    await assertUnchanged(probe, [first.id], async () => {
      assertStale(await repository.settle(first.token, [aDeadLetter(first.id)]), [first.id]);
    });
  },

  'settles once for twenty racing callers of one token': async (harness) => {
    const { id, token } = await leaseNew(harness.repository);
    const results = await race(harness, (repository) => repository.settle(token, [aNack(id)]));
    for (const result of results) assertHeld(result, [id]);
    const { attempts, history } = await findMessage(harness.repository, id);
    assert.deepEqual([attempts, history.length], [1, 1]);
  },

  'lets either the settle or the take-over of an expired lease win': async (harness) => {
    await insertMany(harness.repository, RACERS);
    const { token, ids } = await claim(harness.repository, { leasedUntil: LEASE_END });
    const [settled, taken] = await duel(
      harness,
      ids,
      async (repository, pair) => (await repository.settle(token, pair.map(ack))).held,
      async (repository) => (await claim(repository, { now: LEASE_END, limit: 4 })).ids,
    );
    for (const id of ids) {
      const isSettled = settled.includes(id);
      assert.equal(taken.includes(id), !isSettled, 'a message is settled or taken over');
      assert.equal((await readStored(harness.probe, id)).message.status, isSettled ? 'sent' : 'unsent');
    }
  },

  'lets either the settle or the release of a lease win': async (harness) => {
    await insertMany(harness.repository, RACERS);
    const { token, ids } = await claim(harness.repository);
    const [settled, released] = await duel(
      harness,
      ids,
      async (repository, pair) => (await repository.settle(token, pair.map(ack))).held,
      async (repository, pair) => (await repository.release(token, pair)).held,
    );
    for (const id of ids) {
      const isSettled = settled.includes(id);
      assert.equal(released.includes(id), !isSettled, 'a message is settled or released');
      assert.equal((await readStored(harness.probe, id)).message.status, isSettled ? 'sent' : 'unsent');
    }
  },
};
