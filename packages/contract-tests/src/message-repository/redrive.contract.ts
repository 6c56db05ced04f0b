import assert from 'node:assert/strict';
import type { RedriveFilter } from '@messaging-system/core';
import type { MessageRepository } from '@messaging-system/core/adapter';
import { aDeadLetter, aHold, anAck, NOW } from '../builders.ts';
import type { Contract } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { UNKNOWN_IDS } from './lease-operations.ts';
import {
  assertSameMembers,
  assertUnchanged,
  claim,
  claimOne,
  findMessage,
  insertOne,
  leaseNew,
  RACERS,
  race,
  settleNew,
} from './steps.ts';

const AT = NOW + 3_600_000;

async function failedMessages(repository: MessageRepository, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    ids.push((await settleNew(repository, (id) => aDeadLetter(id))).id);
  }
  return ids;
}

async function redriveAll(repository: MessageRepository, filter: RedriveFilter): Promise<readonly number[]> {
  const counts: number[] = [];
  while (counts.at(-1) !== 0 && counts.length < 100) {
    counts.push(await repository.redriveMatching(filter, AT, 2));
  }
  return counts;
}

export const redriveContract: Contract<MessageRepositoryHarness> = {
  'makes failed and unknown messages unsent again, with their past but no attempts': {
    async run({ repository }) {
      for (const settlement of [aDeadLetter, aHold]) {
        const asked = { idempotencyKey: settlement === aHold ? 'held' : 'failed', expiresAt: NOW + 1_000 };
        const { id } = await settleNew(repository, (id) => settlement(id), asked);
        const redriven = {
          ...(await findMessage(repository, id)),
          status: 'unsent' as const,
          dueAt: AT,
          availableAt: AT,
          expiresAt: null,
          settledAt: null,
          attempts: 0,
          reason: null,
        };
        assert.deepEqual(await repository.redrive([id], AT), [{ kind: 'redriven', message: redriven }]);
        assert.deepEqual(await findMessage(repository, id), redriven);
        assert.equal(redriven.history.length, 1, 'the history stays');
      }
    },
  },

  'starts the lost leases of a redriven message again': {
    async run({ repository }) {
      await leaseNew(repository);
      const { id, token, claimed } = await claimOne(repository, { now: NOW + 60_000 });
      assert.equal(claimed.message.lostLeases, 1);
      await repository.settle(token, [aHold(id)]);
      await repository.redrive([id], AT);
      assert.equal((await findMessage(repository, id)).lostLeases, 0);
    },
  },

  'hands out a redriven message in the millisecond of the redrive, and not before': {
    async run({ repository }) {
      const { id } = await settleNew(repository, (id) => aDeadLetter(id));
      await repository.redrive([id], AT);
      assert.deepEqual((await claim(repository, { now: AT - 1 })).ids, []);
      const { claimed } = await claimOne(repository, { now: AT });
      assert.deepEqual([claimed.message.id, claimed.interrupted], [id, false]);
    },
  },

  'refuses to redrive what is unsent, leased, sent or cancelled, and shows it': {
    async run({ repository, probe }) {
      const ids = [(await settleNew(repository, (id) => anAck(id))).id, (await leaseNew(repository)).id];
      const dropped = await insertOne(repository);
      await repository.cancel([dropped.id], NOW);
      ids.push(dropped.id, (await insertOne(repository)).id);
      const messages = await Promise.all(ids.map((id) => findMessage(repository, id)));
      await assertUnchanged(probe, ids, async () => {
        const expected = messages.map((message) => ({ kind: 'refused', message }));
        assert.deepEqual(await repository.redrive(ids, AT), expected);
      });
    },
  },

  'answers a redrive in the order of the ids, unknown ones included': {
    async run({ repository }) {
      const [one = '', two = ''] = await failedMessages(repository, 2);
      const sent = await settleNew(repository, (id) => anAck(id));
      const ids = [two, UNKNOWN_IDS[0] ?? '', sent.id, UNKNOWN_IDS[1] ?? '', one];
      const results = await repository.redrive(ids, AT);
      assert.deepEqual(
        results.map((result) => [result.kind, result.kind === 'not_found' ? result.id : result.message.id]),
        [
          ['redriven', ids[0]],
          ['not_found', ids[1]],
          ['refused', ids[2]],
          ['not_found', ids[3]],
          ['redriven', ids[4]],
        ],
      );
      assert.deepEqual(await repository.redrive([], AT), []);
    },
  },

  'redrives each message for exactly one of twenty racing callers': {
    async run(harness) {
      const ids = await failedMessages(harness.repository, 4);
      const results = await race(harness, (repository, index) => repository.redrive(ids, AT + index));
      for (const [position, id] of ids.entries()) {
        const kinds = results.map((result) => result[position]?.kind);
        assert.equal(kinds.filter((kind) => kind === 'redriven').length, 1, `one redrives ${id}`);
        assert.equal(kinds.filter((kind) => kind === 'refused').length, RACERS - 1, 'the others are refused');
        const { dueAt } = await findMessage(harness.repository, id);
        assert.equal(dueAt, AT + kinds.indexOf('redriven'), 'the redrive that won is the one that is stored');
      }
    },
  },

  'redrives what matches up to the limit, until none is left': {
    async run({ repository }) {
      const failed = await failedMessages(repository, 5);
      assert.deepEqual(await redriveAll(repository, { status: 'failed' }), [2, 2, 1, 0]);
      assertSameMembers((await claim(repository, { now: AT })).ids, failed);
    },
  },

  'redrives by status and phone number': {
    async run({ repository }) {
      const [mine, theirs] = [{ phoneNumber: '+905551111111' }, { phoneNumber: '+905552222222' }];
      const wanted = await settleNew(repository, (id) => aHold(id), mine);
      const others = [
        await settleNew(repository, (id) => aHold(id), theirs),
        await settleNew(repository, (id) => aDeadLetter(id), mine),
        await settleNew(repository, (id) => anAck(id), mine),
      ];
      const before = await Promise.all(others.map(({ id }) => findMessage(repository, id)));
      assert.deepEqual(await redriveAll(repository, { status: 'unknown', ...mine }), [1, 0]);
      assert.equal((await findMessage(repository, wanted.id)).status, 'unsent');
      assert.deepEqual(await Promise.all(others.map(({ id }) => findMessage(repository, id))), before);
    },
  },

  'redrives only what was settled before the redrive, so that what fails again stays': {
    async run({ repository }) {
      const early = await settleNew(repository, (id) => aDeadLetter(id, { settledAt: AT - 1 }));
      const late = await settleNew(repository, (id) => aDeadLetter(id, { settledAt: AT }));
      assert.deepEqual(await redriveAll(repository, { status: 'failed' }), [1, 0]);
      assert.equal((await findMessage(repository, early.id)).status, 'unsent');
      assert.equal((await findMessage(repository, late.id)).status, 'failed');
    },
  },

  'starts again the attempts, and keeps the history, of what it redrives by a filter': {
    async run({ repository }) {
      const [id = ''] = await failedMessages(repository, 1);
      const { history } = await findMessage(repository, id);
      await redriveAll(repository, { status: 'failed' });
      const { attempts, reason, dueAt, settledAt, ...after } = await findMessage(repository, id);
      assert.deepEqual(
        { attempts, reason, dueAt, settledAt },
        { attempts: 0, reason: null, dueAt: AT, settledAt: null },
      );
      assert.deepEqual(after.history, history);
    },
  },

  'counts each redriven message for exactly one of twenty racing callers': {
    async run(harness) {
      const ids = await failedMessages(harness.repository, 12);
      const counts = await race(harness, (repository) =>
        repository.redriveMatching({ status: 'failed' }, AT, 3),
      );
      const rest = await redriveAll(harness.repository, { status: 'failed' });
      const total = [...counts, ...rest].reduce((sum, count) => sum + count, 0);
      assert.equal(total, ids.length);
    },
  },
};
