import assert from 'node:assert/strict';
import type { MessageRepository } from '@messaging-system/core/adapter';
import { aNack, anAck, LEASE_END, NOW } from '../builders.ts';
import type { Contract } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import {
  assertHeld,
  assertSameMembers,
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
} from './steps.ts';

const EXTENDED = LEASE_END + 30_000;

const JOURNALING = { journals: true };

/** extendLease and release. */
export const leaseContract: Contract<MessageRepositoryHarness> = {
  'moves the end of a lease': async (harness) => {
    const { repository } = harness;
    const { id, token, claimed } = await leaseNew(repository, {}, { leasedUntil: LEASE_END });
    assertHeld(await repository.extendLease(token, [id], EXTENDED), [id]);
    const extended = { ...claimed.message, availableAt: EXTENDED, leasedUntil: EXTENDED };
    assert.deepEqual(await findMessage(repository, id), extended);
    const another = await harness.openAnother();
    assert.deepEqual((await claim(another, { now: EXTENDED - 1 })).ids, []);
    assert.deepEqual((await claim(another, { now: EXTENDED })).ids, [id]);
  },

  'never moves the end of a lease back: an extension that was given up may come late': async ({
    repository,
  }) => {
    const { id, token } = await leaseNew(repository, {}, { leasedUntil: LEASE_END });
    for (const leasedUntil of [EXTENDED, LEASE_END + 1, NOW]) {
      assertHeld(await repository.extendLease(token, [id], leasedUntil), [id]);
    }
    const { availableAt, leasedUntil } = await findMessage(repository, id);
    assert.deepEqual({ availableAt, leasedUntil }, { availableAt: EXTENDED, leasedUntil: EXTENDED });
  },

  'extends the leases that it names and no others of the token': async ({ repository }) => {
    await insertMany(repository, 3);
    const { token, ids } = await claim(repository, { leasedUntil: LEASE_END });
    const [first = '', ...others] = ids;
    await repository.extendLease(token, [first], EXTENDED);
    assertSameMembers((await claim(repository, { now: LEASE_END })).ids, others);
  },

  'keeps the place and the journal of a message whose lease it extends': async ({ repository, probe }) => {
    const { id, token } = await leaseNew(repository, {}, { journals: true });
    await repository.beginAttempt(token, [id], NOW + 10);
    const before = await readStored(probe, id);
    await repository.extendLease(token, [id], EXTENDED);
    assert.deepEqual(await readStored(probe, id), {
      ...before,
      message: { ...before.message, availableAt: EXTENDED, leasedUntil: EXTENDED },
    });
  },

  'lets either the extension or the take-over of an expired lease win': async (harness) => {
    await insertMany(harness.repository, RACERS);
    const { token, ids } = await claim(harness.repository, { leasedUntil: LEASE_END });
    const [extended, taken] = await duel(
      harness,
      ids,
      async (repository, pair) => (await repository.extendLease(token, pair, EXTENDED)).held,
      async (repository) => (await claim(repository, { now: LEASE_END, limit: 4 })).ids,
    );
    for (const id of ids) {
      const isExtended = extended.includes(id);
      assert.equal(taken.includes(id), !isExtended, 'a lease is extended or taken over');
      const { lease } = await readStored(harness.probe, id);
      assert.equal(lease?.token === token, isExtended);
    }
  },

  'lets either the release or the take-over of an expired lease come first': async (harness) => {
    await insertMany(harness.repository, RACERS);
    const { token, ids } = await claim(harness.repository, { leasedUntil: LEASE_END });
    const interrupted = new Map<string, boolean>();
    const takeOver = async (repository: MessageRepository, limit: number): Promise<readonly string[]> => {
      const { claimed, ids } = await claim(repository, { now: LEASE_END, limit });
      for (const each of claimed) {
        assert.ok(!interrupted.has(each.message.id), 'a message is claimed once');
        interrupted.set(each.message.id, each.interrupted);
      }
      return ids;
    };
    const [released] = await duel(
      harness,
      ids,
      async (repository, pair) => (await repository.release(token, pair)).held,
      (repository) => takeOver(repository, 4),
    );
    await takeOver(harness.repository, RACERS);
    for (const id of ids) {
      assert.equal(interrupted.get(id), !released.includes(id), 'what is released is not interrupted');
    }
  },

  'gives a released message back to its place, as it was before the lease': async ({ repository, probe }) => {
    const inserted = await insertOne(repository, { sendAt: NOW - 7_000 });
    const { id, token } = await claimOne(repository);
    assertHeld(await repository.release(token, [id]), [id]);
    assert.deepEqual(await findMessage(repository, id), inserted);
    assert.equal((await readStored(probe, id)).lease, null);
  },

  'hands out a released message at once, and not as interrupted': async ({ repository }) => {
    const { id, token } = await leaseNew(repository);
    await repository.release(token, [id]);
    const { claimed } = await claimOne(repository);
    assert.deepEqual([claimed.message.id, claimed.interrupted, claimed.inDoubt], [id, false, false]);
  },

  'releases the messages that it names and no others of the token': async ({ repository }) => {
    await insertMany(repository, 3);
    const { token, ids } = await claim(repository);
    await repository.release(token, ids.slice(0, 1));
    assert.deepEqual((await claim(repository)).ids, ids.slice(0, 1));
  },

  'keeps earlier attempts and lost leases of a released message': async ({ repository, probe }) => {
    const first = await leaseNew(repository);
    await repository.settle(first.token, [aNack(first.id, { availableAt: NOW + 1_000 })]);
    await claimOne(repository, { now: NOW + 1_000, leasedUntil: NOW + 2_000 });
    const { id, token } = await claimOne(repository, { now: NOW + 2_000 });
    await repository.release(token, [id]);
    const { attempts, lostLeases, history, dueAt, availableAt } = (await readStored(probe, id)).message;
    assert.deepEqual(
      { attempts, lostLeases, dueAt, availableAt },
      {
        attempts: 1,
        lostLeases: 1,
        dueAt: NOW + 2_000,
        availableAt: NOW + 2_000,
      },
    );
    assert.equal(history.length, 1);
  },

  'clears the journal of a released message and takes its attempt back': async ({ repository, probe }) => {
    const { id, token } = await leaseNew(repository, {}, { journals: true });
    await repository.beginAttempt(token, [id], NOW + 10);
    await repository.release(token, [id]);
    const { message, lease } = await readStored(probe, id);
    assert.deepEqual([message.attempts, lease], [0, null]);
    assert.equal((await claimOne(repository)).claimed.inDoubt, false);
  },

  'journals the beginning of an attempt and counts it': async (harness) => {
    const { id, token } = await leaseNew(harness.repository, {}, JOURNALING);
    assertHeld(await harness.repository.beginAttempt(token, [id], NOW + 10), [id]);
    assert.equal((await readStored(harness.probe, id)).lease?.begunAt, NOW + 10);
    assert.equal((await findMessage(await harness.openAnother(), id)).attempts, 1);
  },

  'leaves status, place and lease of a message whose attempt begins': async ({ repository }) => {
    const { id, token, claimed } = await leaseNew(repository, {}, JOURNALING);
    await repository.beginAttempt(token, [id], NOW + 10);
    assert.deepEqual(await findMessage(repository, id), { ...claimed.message, attempts: 1 });
  },

  'changes nothing when the same beginning is journaled again, and says the same': async ({
    repository,
    probe,
  }) => {
    const { id, token } = await leaseNew(repository, {}, JOURNALING);
    await repository.beginAttempt(token, [id], NOW + 10);
    await assertUnchanged(probe, [id], async () => {
      assertHeld(await repository.beginAttempt(token, [id], NOW + 20), [id]);
    });
  },

  'counts a beginning once for twenty racing callers of one token': async (harness) => {
    const { id, token } = await leaseNew(harness.repository, {}, JOURNALING);
    const results = await race(harness, (repository) => repository.beginAttempt(token, [id], NOW + 10));
    for (const result of results) assertHeld(result, [id]);
    assert.equal((await findMessage(harness.repository, id)).attempts, 1);
  },

  'counts a journaled attempt once when it is settled': async ({ repository }) => {
    const { id, token } = await leaseNew(repository, {}, JOURNALING);
    await repository.beginAttempt(token, [id], NOW + 10);
    await repository.settle(token, [anAck(id)]);
    assert.equal((await findMessage(repository, id)).attempts, 1);
  },

  'takes a journaled attempt back when it is settled without one': async ({ repository, probe }) => {
    const { id, token } = await leaseNew(repository, {}, JOURNALING);
    await repository.beginAttempt(token, [id], NOW + 10);
    await repository.settle(token, [aNack(id, { attempt: null })]);
    const { message, lease } = await readStored(probe, id);
    assert.deepEqual([message.attempts, message.history, lease], [0, [], null]);
  },

  'lets either the beginning or the take-over of an expired lease come first': async (harness) => {
    await insertMany(harness.repository, RACERS);
    const { token, ids } = await claim(harness.repository, { journals: true, leasedUntil: LEASE_END });
    const taken = new Map<string, boolean>();
    const takeOver = async (repository: MessageRepository, limit: number): Promise<readonly string[]> => {
      const { claimed, ids } = await claim(repository, { now: LEASE_END, limit });
      for (const { message, inDoubt } of claimed) taken.set(message.id, inDoubt);
      return ids;
    };
    const [begun] = await duel(
      harness,
      ids,
      async (repository, pair) => (await repository.beginAttempt(token, pair, LEASE_END)).held,
      (repository) => takeOver(repository, 4),
    );
    await takeOver(harness.repository, RACERS);
    for (const id of ids) {
      const hasBegun = begun.includes(id);
      assert.equal(taken.get(id), hasBegun, 'what had begun, and only that, is in doubt');
      assert.equal((await findMessage(harness.repository, id)).attempts, hasBegun ? 1 : 0);
    }
  },
};
