import assert from 'node:assert/strict';
import type { MessageRepository } from '@messaging-system/core/adapter';
import { aDeadLetter, aNack, anAttempt, NOW } from '../builders.ts';
import type { Contract } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import {
  aClaimRequest,
  assertUnchanged,
  claim,
  claimOne,
  findMessage,
  insertOne,
  leaseNew,
  only,
  race,
  readStored,
  settleNew,
} from './steps.ts';

// A second after the attempt, and long before the next one.
const AT = NOW + 1_000;
const NEXT = NOW + 300_000;
const PHONE = '+905551111111';

async function waiting(repository: MessageRepository, phoneNumber = '+905552222222'): Promise<string> {
  const { id } = await settleNew(repository, (id) => aNack(id, { availableAt: NEXT }), { phoneNumber });
  return id;
}

async function severalWaiting(repository: MessageRepository, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  while (ids.length < count) ids.push(await waiting(repository));
  return ids;
}

/** A redrive of what has not failed for good, but waits for its next attempt. */
export const redriveWaitingContract: Contract<MessageRepositoryHarness> = {
  'makes a message that waits for its next attempt due at the redrive, and changes nothing else of it': {
    async run({ repository, probe }) {
      const nack = (id: string) => aNack(id, { availableAt: NEXT, inDoubt: true });
      const { id } = await settleNew(repository, nack, { idempotencyKey: 'waits', expiresAt: NEXT + 1_000 });
      const before = await readStored(probe, id);
      const sooner = { ...(await findMessage(repository, id)), availableAt: AT, dueAt: AT };
      assert.deepEqual(await repository.redrive([id], AT), [{ kind: 'redriven', message: sooner }]);
      assert.deepEqual(await readStored(probe, id), {
        ...before,
        message: { ...before.message, availableAt: AT, dueAt: AT },
      });
      assert.deepEqual((await claim(repository, { now: AT - 1 })).ids, []);
      const { claimed } = await claimOne(repository, { now: AT });
      assert.deepEqual([claimed.message.attempts, claimed.inDoubt, claimed.interrupted], [1, true, false]);
    },
  },

  'refuses to redrive what is due already, leased, interrupted or asked for later': {
    async run({ repository, probe }) {
      const due = await insertOne(repository);
      const { id: interrupted } = await claimOne(repository, { leasedUntil: AT - 1 });
      assert.equal(interrupted, due.id);
      const { id: leased } = await leaseNew(repository, {}, { leasedUntil: NEXT });
      const later = await insertOne(repository, { sendAt: NEXT });
      const ids = [interrupted, leased, later.id, (await insertOne(repository)).id];
      await assertUnchanged(probe, ids, async () => {
        const kinds = (await repository.redrive(ids, AT)).map(({ kind }) => kind);
        assert.deepEqual(kinds, ['refused', 'refused', 'refused', 'refused']);
        assert.equal(await repository.redriveMatching({ status: 'unsent' }, AT, 10), 0);
      });
    },
  },

  'makes what waits for its next attempt due up to the limit, until none is left': {
    async run({ repository }) {
      const ids = await severalWaiting(repository, 5);
      const failed = await settleNew(repository, (id) => aDeadLetter(id));
      const counts: number[] = [];
      while (counts.at(-1) !== 0 && counts.length < 100) {
        counts.push(await repository.redriveMatching({ status: 'unsent' }, AT, 2));
      }
      assert.deepEqual(counts, [2, 2, 1, 0]);
      assert.deepEqual([...(await claim(repository, { now: AT })).ids].sort(), [...ids].sort());
      assert.equal((await findMessage(repository, failed.id)).status, 'failed');
    },
  },

  'makes due what waits for its next attempt of one phone number': {
    async run({ repository, probe }) {
      const [mine, other] = [await waiting(repository, PHONE), await waiting(repository)];
      await assertUnchanged(probe, [other], async () => {
        assert.equal(await repository.redriveMatching({ status: 'unsent', phoneNumber: PHONE }, AT, 10), 1);
      });
      assert.equal((await findMessage(repository, mine)).availableAt, AT);
      assert.equal(await repository.redriveMatching({ status: 'unsent', phoneNumber: PHONE }, AT, 10), 0);
    },
  },

  'leaves what has begun an attempt since the redrive of all that wait': {
    async run({ repository, probe }) {
      const attempt = anAttempt({ outcome: 'retryable', reason: 'http_500', startedAt: AT });
      const { id } = await settleNew(repository, (id) => aNack(id, { availableAt: NEXT, attempt }));
      await assertUnchanged(probe, [id], async () => {
        for (const filter of [{}, { phoneNumber: (await findMessage(repository, id)).phoneNumber }]) {
          assert.equal(await repository.redriveMatching({ status: 'unsent', ...filter }, AT, 10), 0);
        }
      });
    },
  },

  'disturbs no lease of a waiting message that is claimed while it is redriven': {
    async run(harness) {
      const [first = '', second = ''] = await severalWaiting(harness.repository, 2);
      const leases = await race(harness, async (repository, index) => {
        if (index % 2 === 0) {
          if (index % 4 === 0) await repository.redrive([first, second], AT);
          else await repository.redriveMatching({ status: 'unsent' }, AT, 2);
          return [];
        }
        const request = aClaimRequest({ now: NEXT, leasedUntil: NEXT + 60_000 + index });
        const claimed = await repository.claimDue(request);
        return claimed.map(({ message }) => ({ id: message.id, leasedUntil: request.leasedUntil }));
      });
      for (const id of [first, second]) {
        const { leasedUntil } = only(leases.flat().filter((lease) => lease.id === id));
        const { availableAt } = await findMessage(harness.repository, id);
        assert.equal(availableAt, leasedUntil, 'the message is due when the lease ends');
      }
    },
  },
};
