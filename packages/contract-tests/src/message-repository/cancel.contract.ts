import assert from 'node:assert/strict';
import { aNack, anAck, LEASE_END, NOW } from '../builders.ts';
import type { Contract } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { UNKNOWN_IDS } from './lease-operations.ts';
import {
  assertUnchanged,
  claim,
  duel,
  endOneOfEach,
  findMessage,
  insertMany,
  insertOne,
  leaseNew,
  only,
  RACERS,
  race,
  readStored,
  settleNew,
} from './steps.ts';

const AT = NOW + 500;

export const cancelContract: Contract<MessageRepositoryHarness> = {
  'cancels an unsent message': async ({ repository }) => {
    const inserted = await insertOne(repository);
    const cancelled = { ...inserted, status: 'cancelled' as const, settledAt: AT, availableAt: null };
    const results = await repository.cancel([inserted.id], AT);
    assert.deepEqual(results, [{ kind: 'cancelled', message: cancelled }]);
    assert.deepEqual(await findMessage(repository, inserted.id), cancelled);
  },

  'never hands out a cancelled message': async (harness) => {
    const { id } = await insertOne(harness.repository);
    await harness.repository.cancel([id], AT);
    assert.deepEqual((await claim(await harness.openAnother(), { now: NOW + 86_400_000 })).ids, []);
  },

  'cancels what is scheduled, put off or given back': async ({ repository }) => {
    const given = await leaseNew(repository);
    await repository.release(given.token, [given.id]);
    const ids = [given.id];
    ids.push((await insertOne(repository, { sendAt: NOW + 9_000_000 })).id);
    await repository.cancel([given.id], AT);
    ids.push((await settleNew(repository, (id) => aNack(id))).id);
    await repository.cancel(ids, AT);
    for (const id of ids) assert.equal((await findMessage(repository, id)).status, 'cancelled');
  },

  'refuses to cancel a message under a lease: it may be under way': async ({ repository, probe }) => {
    const { id, claimed } = await leaseNew(repository);
    await assertUnchanged(probe, [id], async () => {
      const results = await repository.cancel([id], AT);
      assert.deepEqual(results, [{ kind: 'in_flight', message: claimed.message }]);
    });
  },

  'refuses to cancel a message whose lease was interrupted': async ({ repository, probe }) => {
    const { id } = await leaseNew(repository, {}, { leasedUntil: LEASE_END });
    await assertUnchanged(probe, [id], async () => {
      assert.equal(only(await repository.cancel([id], LEASE_END + 86_400_000)).kind, 'in_flight');
    });
  },

  'cancels a leased message whose journaling holder has not begun, and ends its lease': async ({
    repository,
    probe,
  }) => {
    const { id, token } = await leaseNew(repository, {}, { journals: true });
    const result = only(await repository.cancel([id], AT));
    assert.equal(result.kind, 'cancelled');
    const { message, lease } = await readStored(probe, id);
    assert.deepEqual([message.status, message.leasedUntil, lease], ['cancelled', null, null]);
    assert.deepEqual(
      (await repository.beginAttempt(token, [id], AT)).stale,
      [id],
      'the holder must not send',
    );
  },

  'refuses to cancel a leased message whose journaling holder has begun': async ({ repository, probe }) => {
    const { id, token } = await leaseNew(repository, {}, { journals: true });
    await repository.beginAttempt(token, [id], NOW + 10);
    await assertUnchanged(probe, [id], async () => {
      assert.equal(only(await repository.cancel([id], AT)).kind, 'in_flight');
      assert.equal(only(await repository.cancel([id], LEASE_END + 86_400_000)).kind, 'in_flight');
    });
  },

  'lets either the beginning or the cancel of a leased message win': async (harness) => {
    await insertMany(harness.repository, RACERS);
    const { token, ids } = await claim(harness.repository, { journals: true });
    const [cancelled, begun] = await duel(
      harness,
      ids,
      async (repository, pair) => {
        const results = await repository.cancel(pair, AT);
        return results.flatMap((result) => (result.kind === 'cancelled' ? [result.message.id] : []));
      },
      async (repository, pair) => (await repository.beginAttempt(token, pair, AT)).held,
    );
    for (const id of ids)
      assert.equal(begun.includes(id), !cancelled.includes(id), 'a message begins or is cancelled');
  },

  'refuses to cancel what is settled or cancelled, and shows it': async ({ repository, probe }) => {
    const ids = await endOneOfEach(repository);
    const messages = await Promise.all(ids.map((id) => findMessage(repository, id)));
    await assertUnchanged(probe, ids, async () => {
      const expected = messages.map((message) => ({ kind: 'refused', message }));
      assert.deepEqual(await repository.cancel(ids, AT + 1), expected);
    });
  },

  'answers a cancel in the order of the ids, unknown ones included': async ({ repository }) => {
    const sent = await settleNew(repository, (id) => anAck(id));
    const leased = await leaseNew(repository);
    const [one, two] = await insertMany(repository, 2);
    const ids = [
      two?.id ?? '',
      UNKNOWN_IDS[0] ?? '',
      sent.id,
      UNKNOWN_IDS[1] ?? '',
      leased.id,
      one?.id ?? '',
    ];
    const results = await repository.cancel(ids, AT);
    assert.deepEqual(
      results.map((result) => [result.kind, result.kind === 'not_found' ? result.id : result.message.id]),
      [
        ['cancelled', ids[0]],
        ['not_found', ids[1]],
        ['refused', ids[2]],
        ['not_found', ids[3]],
        ['in_flight', ids[4]],
        ['cancelled', ids[5]],
      ],
    );
    assert.deepEqual(await repository.cancel([], AT), []);
  },

  'cancels each message for exactly one of twenty racing callers': async (harness) => {
    const ids = (await insertMany(harness.repository, 5)).map(({ id }) => id);
    const results = await race(harness, (repository, index) => repository.cancel(ids, AT + index));
    for (const [position, id] of ids.entries()) {
      const kinds = results.map((result) => result[position]?.kind);
      assert.equal(kinds.filter((kind) => kind === 'cancelled').length, 1, `one cancels ${id}`);
      assert.equal(kinds.filter((kind) => kind === 'refused').length, RACERS - 1, 'the others are refused');
      const { settledAt } = await findMessage(harness.repository, id);
      assert.equal(
        settledAt,
        AT + kinds.indexOf('cancelled'),
        'the cancel that won is the one that is stored',
      );
    }
  },

  'lets either the cancel or the claim of a message win': async (harness) => {
    const ids = (await insertMany(harness.repository, RACERS)).map(({ id }) => id);
    const cancelled: string[] = [];
    const claimed: string[] = [];
    await race(harness, async (repository, index) => {
      if (index % 2 === 0) {
        const pair = ids.slice(index, index + 2);
        for (const result of await repository.cancel(pair, AT)) {
          if (result.kind === 'cancelled') cancelled.push(result.message.id);
        }
      } else {
        claimed.push(...(await claim(repository, { limit: 4 })).ids);
      }
    });
    for (const id of ids) {
      const isCancelled = cancelled.includes(id);
      assert.equal(claimed.includes(id), !isCancelled, 'a message is cancelled or claimed');
      assert.equal(
        (await readStored(harness.probe, id)).message.status,
        isCancelled ? 'cancelled' : 'unsent',
      );
    }
  },
};
