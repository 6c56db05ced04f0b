import assert from 'node:assert/strict';
import type { RedriveFilter } from '@messaging-system/core';
import type { MessageRepository } from '@messaging-system/core/adapter';
import { aDeadLetter, aHold, aNack, anAck, anAttempt, NOW } from '../builders.ts';
import type { Contract } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { UNKNOWN_IDS } from './lease-operations.ts';
import {
  aClaimRequest,
  assertSameMembers,
  assertUnchanged,
  cancelNew,
  claim,
  claimOne,
  findMessage,
  insertOne,
  leaseNew,
  only,
  RACERS,
  race,
  readStored,
  settleMany,
  settleNew,
  untilNone,
} from './steps.ts';

const AT = NOW + 3_600_000;

function failedMessages(repository: MessageRepository, count: number): Promise<readonly string[]> {
  return settleMany(repository, count, (id) => aDeadLetter(id));
}

function redriveAll(repository: MessageRepository, filter: RedriveFilter): Promise<readonly number[]> {
  return untilNone(() => repository.redriveMatching(filter, AT, 2));
}

// A second after the attempt, and long before the next one.
const SOON = NOW + 1_000;
const NEXT = NOW + 300_000;
const PHONE = '+905551111111';

async function waiting(repository: MessageRepository, phoneNumber = '+905552222222'): Promise<string> {
  const { id } = await settleNew(repository, (id) => aNack(id, { availableAt: NEXT }), { phoneNumber });
  return id;
}

function severalWaiting(repository: MessageRepository, count: number): Promise<readonly string[]> {
  return settleMany(repository, count, (id) => aNack(id, { availableAt: NEXT }));
}

export const redriveContract: Contract<MessageRepositoryHarness> = {
  'makes failed and unknown messages unsent again, with their past but no attempts': async ({
    repository,
  }) => {
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

  'starts the lost leases of a redriven message again': async ({ repository }) => {
    await leaseNew(repository);
    const { id, token, claimed } = await claimOne(repository, { now: NOW + 60_000 });
    assert.equal(claimed.message.lostLeases, 1);
    await repository.settle(token, [aHold(id)]);
    await repository.redrive([id], AT);
    assert.equal((await findMessage(repository, id)).lostLeases, 0);
  },

  'hands out a redriven message in the millisecond of the redrive, and not before': async ({
    repository,
  }) => {
    const { id } = await settleNew(repository, (id) => aDeadLetter(id));
    await repository.redrive([id], AT);
    assert.deepEqual((await claim(repository, { now: AT - 1 })).ids, []);
    const { claimed } = await claimOne(repository, { now: AT });
    assert.deepEqual([claimed.message.id, claimed.interrupted], [id, false]);
  },

  'refuses to redrive what is unsent, leased, sent or cancelled, and shows it': async ({
    repository,
    probe,
  }) => {
    const ids = [(await settleNew(repository, (id) => anAck(id))).id, (await leaseNew(repository)).id];
    ids.push(await cancelNew(repository), (await insertOne(repository)).id);
    const messages = await Promise.all(ids.map((id) => findMessage(repository, id)));
    await assertUnchanged(probe, ids, async () => {
      const expected = messages.map((message) => ({ kind: 'refused', message }));
      assert.deepEqual(await repository.redrive(ids, AT), expected);
    });
  },

  'answers a redrive in the order of the ids, unknown ones included': async ({ repository }) => {
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

  'redrives each message for exactly one of twenty racing callers': async (harness) => {
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

  'redrives what matches up to the limit, until none is left': async ({ repository }) => {
    const failed = await failedMessages(repository, 5);
    assert.deepEqual(await redriveAll(repository, { status: 'failed' }), [2, 2, 1, 0]);
    assertSameMembers((await claim(repository, { now: AT })).ids, failed);
  },

  'redrives by status and phone number': async ({ repository }) => {
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

  'redrives only what was settled before the redrive, so that what fails again stays': async ({
    repository,
  }) => {
    const early = await settleNew(repository, (id) => aDeadLetter(id, { settledAt: AT - 1 }));
    const late = await settleNew(repository, (id) => aDeadLetter(id, { settledAt: AT }));
    assert.deepEqual(await redriveAll(repository, { status: 'failed' }), [1, 0]);
    assert.equal((await findMessage(repository, early.id)).status, 'unsent');
    assert.equal((await findMessage(repository, late.id)).status, 'failed');
  },

  'starts again the attempts, and keeps the history, of what it redrives by a filter': async ({
    repository,
  }) => {
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

  'counts each redriven message for exactly one of twenty racing callers': async (harness) => {
    const ids = await failedMessages(harness.repository, 12);
    const counts = await race(harness, (repository) =>
      repository.redriveMatching({ status: 'failed' }, AT, 3),
    );
    const rest = await redriveAll(harness.repository, { status: 'failed' });
    const total = [...counts, ...rest].reduce((sum, count) => sum + count, 0);
    assert.equal(total, ids.length);
  },

  'makes a message that waits for its next attempt due at the redrive, and changes nothing else of it':
    async ({ repository, probe }) => {
      const nack = (id: string) => aNack(id, { availableAt: NEXT, inDoubt: true });
      const { id } = await settleNew(repository, nack, { idempotencyKey: 'waits', expiresAt: NEXT + 1_000 });
      const before = await readStored(probe, id);
      const sooner = { ...(await findMessage(repository, id)), availableAt: SOON, dueAt: SOON };
      assert.deepEqual(await repository.redrive([id], SOON), [{ kind: 'redriven', message: sooner }]);
      const message = { ...before.message, availableAt: SOON, dueAt: SOON };
      assert.deepEqual(await readStored(probe, id), { ...before, message });
      assert.deepEqual((await claim(repository, { now: SOON - 1 })).ids, []);
      const { claimed } = await claimOne(repository, { now: SOON });
      assert.deepEqual([claimed.message.attempts, claimed.inDoubt, claimed.interrupted], [1, true, false]);
    },

  'refuses to redrive what is due already, leased, interrupted or asked for later': async ({
    repository,
    probe,
  }) => {
    const due = await insertOne(repository);
    const { id: interrupted } = await claimOne(repository, { leasedUntil: SOON - 1 });
    assert.equal(interrupted, due.id);
    const { id: leased } = await leaseNew(repository, {}, { leasedUntil: NEXT });
    const later = await insertOne(repository, { sendAt: NEXT });
    const ids = [interrupted, leased, later.id, (await insertOne(repository)).id];
    await assertUnchanged(probe, ids, async () => {
      const kinds = (await repository.redrive(ids, SOON)).map(({ kind }) => kind);
      assert.deepEqual(kinds, ['refused', 'refused', 'refused', 'refused']);
      assert.equal(await repository.redriveMatching({ status: 'unsent' }, SOON, 10), 0);
    });
  },

  'makes what waits for its next attempt due up to the limit, until none is left': async ({ repository }) => {
    const ids = await severalWaiting(repository, 5);
    const failed = await settleNew(repository, (id) => aDeadLetter(id));
    const redrive = (): Promise<number> => repository.redriveMatching({ status: 'unsent' }, SOON, 2);
    assert.deepEqual(await untilNone(redrive), [2, 2, 1, 0]);
    assert.deepEqual([...(await claim(repository, { now: SOON })).ids].sort(), [...ids].sort());
    assert.equal((await findMessage(repository, failed.id)).status, 'failed');
  },

  'makes due what waits for its next attempt of one phone number': async ({ repository, probe }) => {
    const [mine, other] = [await waiting(repository, PHONE), await waiting(repository)];
    await assertUnchanged(probe, [other], async () => {
      assert.equal(await repository.redriveMatching({ status: 'unsent', phoneNumber: PHONE }, SOON, 10), 1);
    });
    assert.equal((await findMessage(repository, mine)).availableAt, SOON);
    assert.equal(await repository.redriveMatching({ status: 'unsent', phoneNumber: PHONE }, SOON, 10), 0);
  },

  'leaves what has begun an attempt since the redrive of all that wait': async ({ repository, probe }) => {
    const attempt = anAttempt({ outcome: 'retryable', reason: 'http_500', startedAt: SOON });
    const { id } = await settleNew(repository, (id) => aNack(id, { availableAt: NEXT, attempt }));
    await assertUnchanged(probe, [id], async () => {
      for (const filter of [{}, { phoneNumber: (await findMessage(repository, id)).phoneNumber }]) {
        assert.equal(await repository.redriveMatching({ status: 'unsent', ...filter }, SOON, 10), 0);
      }
    });
  },

  'disturbs no lease of a waiting message that is claimed while it is redriven': async (harness) => {
    const [first = '', second = ''] = await severalWaiting(harness.repository, 2);
    const leases = await race(harness, async (repository, index) => {
      if (index % 2 === 0) {
        if (index % 4 === 0) await repository.redrive([first, second], SOON);
        else await repository.redriveMatching({ status: 'unsent' }, SOON, 2);
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
};
