import assert from 'node:assert/strict';
import { aNack, anAck, LEASE_END, NOW } from '../builders.ts';
import type { Contract } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import {
  assertHeld,
  assertUnchanged,
  claim,
  findMessage,
  insertMany,
  leaseNew,
  RACERS,
  race,
  readStored,
} from './steps.ts';

const JOURNALING = { journals: true };

export const beginAttemptContract: Contract<MessageRepositoryHarness> = {
  'journals the beginning of an attempt and counts it': {
    async run(harness) {
      const { id, token } = await leaseNew(harness.repository, {}, JOURNALING);
      assertHeld(await harness.repository.beginAttempt(token, [id], NOW + 10), [id]);
      assert.equal((await readStored(harness.probe, id)).lease?.begunAt, NOW + 10);
      assert.equal((await findMessage(await harness.openAnother(), id)).attempts, 1);
    },
  },

  'leaves status, place and lease of a message whose attempt begins': {
    async run({ repository }) {
      const { id, token, claimed } = await leaseNew(repository, {}, JOURNALING);
      await repository.beginAttempt(token, [id], NOW + 10);
      assert.deepEqual(await findMessage(repository, id), { ...claimed.message, attempts: 1 });
    },
  },

  'changes nothing when the same beginning is journaled again, and says the same': {
    async run({ repository, probe }) {
      const { id, token } = await leaseNew(repository, {}, JOURNALING);
      await repository.beginAttempt(token, [id], NOW + 10);
      await assertUnchanged(probe, [id], async () => {
        assertHeld(await repository.beginAttempt(token, [id], NOW + 20), [id]);
      });
    },
  },

  'counts a beginning once for twenty racing callers of one token': {
    async run(harness) {
      const { id, token } = await leaseNew(harness.repository, {}, JOURNALING);
      const results = await race(harness, (repository) => repository.beginAttempt(token, [id], NOW + 10));
      for (const result of results) assertHeld(result, [id]);
      assert.equal((await findMessage(harness.repository, id)).attempts, 1);
    },
  },

  'counts a journaled attempt once when it is settled': {
    async run({ repository }) {
      const { id, token } = await leaseNew(repository, {}, JOURNALING);
      await repository.beginAttempt(token, [id], NOW + 10);
      await repository.settle(token, [anAck(id)]);
      assert.equal((await findMessage(repository, id)).attempts, 1);
    },
  },

  'takes a journaled attempt back when it is settled without one': {
    async run({ repository, probe }) {
      const { id, token } = await leaseNew(repository, {}, JOURNALING);
      await repository.beginAttempt(token, [id], NOW + 10);
      await repository.settle(token, [aNack(id, { attempt: null })]);
      const { message, lease } = await readStored(probe, id);
      assert.deepEqual([message.attempts, message.history, lease], [0, [], null]);
    },
  },

  'lets either the beginning or the take-over of an expired lease come first': {
    async run(harness) {
      await insertMany(harness.repository, RACERS);
      const { token, ids } = await claim(harness.repository, { journals: true, leasedUntil: LEASE_END });
      const begun: string[] = [];
      const taken = new Map<string, boolean>();
      const takeOver = { now: LEASE_END, limit: 4 };
      await race(harness, async (repository, index) => {
        if (index % 2 === 0) {
          const result = await repository.beginAttempt(token, ids.slice(index, index + 2), LEASE_END);
          begun.push(...result.held);
          return;
        }
        for (const { message, inDoubt } of (await claim(repository, takeOver)).claimed) {
          taken.set(message.id, inDoubt);
        }
      });
      for (const { message, inDoubt } of (await claim(harness.repository, { now: LEASE_END })).claimed) {
        taken.set(message.id, inDoubt);
      }
      for (const id of ids) {
        const hasBegun = begun.includes(id);
        assert.equal(taken.get(id), hasBegun, 'what had begun, and only that, is in doubt');
        assert.equal((await findMessage(harness.repository, id)).attempts, hasBegun ? 1 : 0);
      }
    },
  },
};
