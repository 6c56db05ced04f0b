import assert from 'node:assert/strict';
import { aDeadLetter, aHold, anAck, LEASE_END, NOW } from '../builders.ts';
import type { Contract } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import {
  assertSameMembers,
  claim,
  claimOne,
  findMessage,
  insertMany,
  insertOne,
  readStored,
  settleNew,
} from './steps.ts';

export const claimContract: Contract<MessageRepositoryHarness> = {
  'leases a due message to the token until the end of the lease': {
    async run({ repository, probe }) {
      const inserted = await insertOne(repository);
      const { token, claimed } = await claimOne(repository, { leasedUntil: LEASE_END });
      const leased = { ...inserted, availableAt: LEASE_END, leasedUntil: LEASE_END };
      assert.deepEqual(claimed, { message: leased, interrupted: false, inDoubt: false, foreign: false });
      const stored = await readStored(probe, inserted.id);
      assert.deepEqual(stored.message, leased);
      assert.equal(stored.lease?.token, token);
    },
  },

  'leaves a leased message unsent in the store': {
    async run({ repository, probe }) {
      const { id } = await insertOne(repository);
      await claimOne(repository);
      assert.equal((await readStored(probe, id)).message.status, 'unsent');
      assert.equal((await findMessage(repository, id)).status, 'unsent');
    },
  },

  'keeps with the lease whether its holder journals': {
    async run({ repository, probe }) {
      const [one, other] = await insertMany(repository, 2);
      const journaling = await claimOne(repository, { limit: 1, journals: true });
      const plain = await claimOne(repository, { limit: 1, journals: false });
      assertSameMembers([journaling.id, plain.id], [one?.id ?? '', other?.id ?? '']);
      assert.equal((await readStored(probe, journaling.id)).lease?.journals, true);
      assert.equal((await readStored(probe, plain.id)).lease?.journals, false);
    },
  },

  'takes a message in the millisecond it is due, and not before': {
    async run({ repository }) {
      const { id } = await insertOne(repository, { sendAt: NOW + 1 });
      assert.deepEqual((await claim(repository, { now: NOW })).ids, []);
      assert.deepEqual((await claim(repository, { now: NOW + 1 })).ids, [id]);
    },
  },

  'goes by the instant it is given and by no clock of its own': {
    async run({ repository }) {
      const [then, later] = [Date.UTC(1971, 0, 1), Date.UTC(2100, 0, 1)];
      const past = await insertOne(repository, { createdAt: then });
      const future = await insertOne(repository, { sendAt: later });
      assert.deepEqual((await claim(repository, { now: then - 1 })).ids, []);
      assert.deepEqual((await claim(repository, { now: then, leasedUntil: then + 1 })).ids, [past.id]);
      assertSameMembers((await claim(repository, { now: later })).ids, [past.id, future.id]);
    },
  },

  'takes no more than the limit, and as many as it allows': {
    async run({ repository }) {
      await insertMany(repository, 7);
      const sizes: number[] = [];
      for (const limit of [0, 3, 1, 10, 10]) sizes.push((await claim(repository, { limit })).ids.length);
      assert.deepEqual(sizes, [0, 3, 1, 3, 0]);
    },
  },

  'hands a leased message to nobody until its lease ends': {
    async run(harness) {
      const { repository } = harness;
      const { id } = await insertOne(repository);
      await claimOne(repository, { leasedUntil: LEASE_END });
      const another = await harness.openAnother();
      assert.deepEqual((await claim(another, { now: NOW })).ids, []);
      assert.deepEqual((await claim(another, { now: LEASE_END - 1 })).ids, []);
      assert.deepEqual((await claim(another, { now: LEASE_END })).ids, [id]);
    },
  },

  'takes unsent messages only': {
    async run({ repository }) {
      for (const settlement of [anAck, aDeadLetter, aHold]) {
        await settleNew(repository, (id) => settlement(id));
      }
      const dropped = await insertOne(repository);
      await repository.cancel([dropped.id], NOW);
      const unsent = await insertOne(repository);
      assert.deepEqual((await claim(repository, { now: NOW + 86_400_000 })).ids, [unsent.id]);
    },
  },
};
