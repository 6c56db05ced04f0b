import assert from 'node:assert/strict';
import { aHold, aNack, LEASE_END, NOW } from '../builders.ts';
import type { Contract } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { claimOne, insertOne, leaseNew, readStored } from './steps.ts';

const LATER = NOW + 3_600_000;

/** The end of a lease without a settle or a release. */
export const interruptionContract: Contract<MessageRepositoryHarness> = {
  'takes over an expired lease, says that it was interrupted and counts it': async ({
    repository,
    probe,
  }) => {
    const first = await leaseNew(repository);
    const second = await claimOne(repository, { now: LEASE_END });
    assert.equal(second.id, first.id);
    assert.equal(second.claimed.interrupted, true);
    assert.equal(second.claimed.message.lostLeases, 1);
    assert.equal((await readStored(probe, first.id)).lease?.token, second.token);
  },

  'counts every lost lease that may have begun and no released one': async ({ repository }) => {
    const { id, token } = await leaseNew(repository);
    await repository.release(token, [id]);
    for (const [lost, now] of [NOW, NOW + 60_000, NOW + 120_000].entries()) {
      const { claimed, token: holder } = await claimOne(repository, { now });
      assert.equal(claimed.message.lostLeases, lost);
      assert.equal(claimed.interrupted, lost > 0);
      if (lost > 0) await repository.beginAttempt(holder, [id], now);
    }
  },

  'counts no lost lease that its journaling holder had not begun': async ({ repository }) => {
    await leaseNew(repository, {}, { journals: true });
    const { claimed } = await claimOne(repository, { now: LEASE_END });
    assert.deepEqual([claimed.interrupted, claimed.message.lostLeases], [true, 0]);
  },

  'leases a message that has lost a lease as journaling, whatever the claim says': async ({
    repository,
    probe,
  }) => {
    await leaseNew(repository, {}, { journals: false });
    const second = await claimOne(repository, { now: LEASE_END, journals: false });
    assert.equal((await readStored(probe, second.id)).lease?.journals, true);
    const third = await claimOne(repository, { now: LATER, journals: false });
    assert.equal(third.claimed.message.lostLeases, 1, 'the second lease had not begun');
    await repository.settle(third.token, [aNack(third.id, { availableAt: LATER, inDoubt: false })]);
    const fourth = await claimOne(repository, { now: LATER, journals: false });
    assert.equal((await readStored(probe, fourth.id)).lease?.journals, true, 'also after a settle');
  },

  'counts no attempt for a lost lease': async ({ repository }) => {
    await leaseNew(repository);
    const { claimed } = await claimOne(repository, { now: LEASE_END });
    assert.equal(claimed.message.attempts, 0);
    assert.deepEqual(claimed.message.history, []);
  },

  'puts an interrupted message in doubt when its holder did not journal': async ({ repository }) => {
    await leaseNew(repository, {}, { journals: false });
    assert.equal((await claimOne(repository, { now: LEASE_END, journals: true })).claimed.inDoubt, true);
  },

  'puts no interrupted message in doubt that its journaling holder had not begun': async ({ repository }) => {
    await leaseNew(repository, {}, { journals: true });
    const { claimed } = await claimOne(repository, { now: LEASE_END, journals: false });
    assert.deepEqual([claimed.interrupted, claimed.inDoubt], [true, false]);
  },

  'puts an interrupted message in doubt that its journaling holder had begun': async ({ repository }) => {
    const { id, token } = await leaseNew(repository, {}, { journals: true });
    await repository.beginAttempt(token, [id], NOW + 10);
    const { claimed } = await claimOne(repository, { now: LEASE_END, journals: true });
    assert.deepEqual([claimed.interrupted, claimed.inDoubt], [true, true]);
    assert.equal(claimed.message.attempts, 1, 'the journaled attempt counts');
  },

  'begins the journal anew with each lease': async ({ repository }) => {
    const first = await leaseNew(repository, {}, { journals: true });
    await repository.beginAttempt(first.token, [first.id], NOW + 10);
    const second = await claimOne(repository, { now: LEASE_END, journals: true });
    await repository.beginAttempt(second.token, [second.id], LEASE_END + 10);
    const third = await claimOne(repository, { now: LATER });
    assert.equal(third.claimed.message.attempts, 2, 'an attempt for each lease that began one');
  },

  'keeps a doubt over further leases until it is settled': async ({ repository }) => {
    await leaseNew(repository, {}, { journals: false });
    await claimOne(repository, { now: LEASE_END, journals: true });
    const third = await claimOne(repository, { now: LATER, journals: true });
    assert.equal(third.claimed.inDoubt, true, 'over a lease that began nothing');
    await repository.release(third.token, [third.id]);
    const fourth = await claimOne(repository, { now: LATER, journals: true });
    assert.deepEqual([fourth.claimed.interrupted, fourth.claimed.inDoubt], [false, true], 'over a release');
    await repository.settle(fourth.token, [aNack(fourth.id, { availableAt: LATER, inDoubt: false })]);
    assert.equal((await claimOne(repository, { now: LATER })).claimed.inDoubt, false, 'settled');
  },

  'hands on the doubt that a nack leaves': async ({ repository }) => {
    const { id, token } = await leaseNew(repository);
    await repository.settle(token, [aNack(id, { availableAt: NOW + 1, inDoubt: true })]);
    const { claimed } = await claimOne(repository, { now: NOW + 1 });
    assert.deepEqual([claimed.interrupted, claimed.inDoubt], [false, true]);
  },

  'forgets the doubt of a held message that is redriven': async ({ repository }) => {
    const { id, token } = await leaseNew(repository);
    await repository.settle(token, [aHold(id)]);
    await repository.redrive([id], LATER);
    const { claimed } = await claimOne(repository, { now: LATER });
    assert.deepEqual([claimed.interrupted, claimed.inDoubt], [false, false]);
  },

  'queues an interrupted message where its lost lease ended': async ({ repository, probe }) => {
    const { id } = await insertOne(repository);
    await claimOne(repository, { leasedUntil: LEASE_END });
    const { token } = await claimOne(repository, { now: LEASE_END + 5_000 });
    await repository.release(token, [id]);
    const { dueAt, availableAt } = (await readStored(probe, id)).message;
    assert.deepEqual({ dueAt, availableAt }, { dueAt: LEASE_END, availableAt: LEASE_END });
  },
};
