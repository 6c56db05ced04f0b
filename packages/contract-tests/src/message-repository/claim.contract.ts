import assert from 'node:assert/strict';
import { aNack, LEASE_END, NOW } from '../builders.ts';
import { type Contract, needing } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { foreign } from './foreign-case.ts';
import {
  assertSameMembers,
  type Claim,
  claim,
  claimOne,
  endOneOfEach,
  findMessage,
  insertAll,
  insertMany,
  insertOne,
  race,
  readStored,
} from './steps.ts';

/** Each message was handed out once, and the store says to whom. */
async function assertDividedUp(
  { probe }: MessageRepositoryHarness,
  claims: readonly Claim[],
  ids: readonly string[],
): Promise<void> {
  assertSameMembers(
    claims.flatMap((each) => each.ids),
    ids,
  );
  const holders = claims.flatMap(({ ids, token }) => ids.map((id) => ({ id, token })));
  for (const { id, token } of holders) assert.equal((await readStored(probe, id)).lease?.token, token);
}

const LATER = NOW + 86_400_000;

/** Claims until nothing is due and expects no message to be taken over the heads of more than the claim window. */
async function assertServedInOrder(
  { repository, claimWindow = 0 }: MessageRepositoryHarness,
  dueTimes: ReadonlyMap<string, number>,
): Promise<void> {
  const waiting = new Map(dueTimes);
  const limit = Math.max(3, Math.ceil(dueTimes.size / MOST_CLAIMS));
  for (;;) {
    const { ids } = await claim(repository, { now: LATER, limit });
    if (ids.length === 0) break;
    for (const id of ids) assert.ok(waiting.delete(id), `${id} is due and was not handed out before`);
    for (const id of ids) {
      const dueAt = dueTimes.get(id) ?? 0;
      const stayedBehind = [...waiting.values()].filter((time) => time < dueAt).length;
      assert.ok(
        stayedBehind <= claimWindow,
        `${stayedBehind} stayed behind that were due earlier, window ${claimWindow}`,
      );
    }
  }
  assert.deepEqual([...waiting.keys()], [], 'every message is handed out');
}

// A large window needs many messages to show, but not as many claims.
const MOST_CLAIMS = 12;

// More than twice the window, so that a claim at the wrong end shows.
function enough({ claimWindow = 0 }: MessageRepositoryHarness): number {
  return claimWindow * 2 + 12;
}

// Larger than any count here and prime: its multiples visit every rank once, in no order.
const STRIDE = 7919;

export const claimContract: Contract<MessageRepositoryHarness> = {
  'leases a due message to the token until the end of the lease': async ({ repository, probe }) => {
    const inserted = await insertOne(repository);
    const { token, claimed } = await claimOne(repository, { leasedUntil: LEASE_END });
    const leased = { ...inserted, availableAt: LEASE_END, leasedUntil: LEASE_END };
    assert.deepEqual(claimed, { message: leased, interrupted: false, inDoubt: false, foreign: false });
    const stored = await readStored(probe, inserted.id);
    assert.deepEqual(stored.message, leased);
    assert.equal(stored.lease?.token, token);
  },

  'leaves a leased message unsent in the store': async ({ repository, probe }) => {
    const { id } = await insertOne(repository);
    await claimOne(repository);
    assert.equal((await readStored(probe, id)).message.status, 'unsent');
    assert.equal((await findMessage(repository, id)).status, 'unsent');
  },

  'keeps with the lease whether its holder journals': async ({ repository, probe }) => {
    const [one, other] = await insertMany(repository, 2);
    const journaling = await claimOne(repository, { limit: 1, journals: true });
    const plain = await claimOne(repository, { limit: 1, journals: false });
    assertSameMembers([journaling.id, plain.id], [one?.id ?? '', other?.id ?? '']);
    assert.equal((await readStored(probe, journaling.id)).lease?.journals, true);
    assert.equal((await readStored(probe, plain.id)).lease?.journals, false);
  },

  'takes a message in the millisecond it is due, and not before': async ({ repository }) => {
    const { id } = await insertOne(repository, { sendAt: NOW + 1 });
    assert.deepEqual((await claim(repository, { now: NOW })).ids, []);
    assert.deepEqual((await claim(repository, { now: NOW + 1 })).ids, [id]);
  },

  'goes by the instant it is given and by no clock of its own': async ({ repository }) => {
    const [then, later] = [Date.UTC(1971, 0, 1), Date.UTC(2100, 0, 1)];
    const past = await insertOne(repository, { createdAt: then });
    const future = await insertOne(repository, { sendAt: later });
    assert.deepEqual((await claim(repository, { now: then - 1 })).ids, []);
    assert.deepEqual((await claim(repository, { now: then, leasedUntil: then + 1 })).ids, [past.id]);
    assertSameMembers((await claim(repository, { now: later })).ids, [past.id, future.id]);
  },

  'takes no more than the limit, and as many as it allows': async ({ repository }) => {
    await insertMany(repository, 7);
    const sizes: number[] = [];
    for (const limit of [0, 3, 1, 10, 10]) sizes.push((await claim(repository, { limit })).ids.length);
    assert.deepEqual(sizes, [0, 3, 1, 3, 0]);
  },

  'hands a leased message to nobody until its lease ends': async (harness) => {
    const { repository } = harness;
    const { id } = await insertOne(repository);
    await claimOne(repository, { leasedUntil: LEASE_END });
    const another = await harness.openAnother();
    assert.deepEqual((await claim(another, { now: NOW })).ids, []);
    assert.deepEqual((await claim(another, { now: LEASE_END - 1 })).ids, []);
    assert.deepEqual((await claim(another, { now: LEASE_END })).ids, [id]);
  },

  'takes unsent messages only': async ({ repository }) => {
    await endOneOfEach(repository);
    const unsent = await insertOne(repository);
    assert.deepEqual((await claim(repository, { now: NOW + 86_400_000 })).ids, [unsent.id]);
  },

  'gives each due message to exactly one of twenty racing callers': async (harness) => {
    const messages = await insertMany(harness.repository, 50);
    const racing = await race(harness, (repository) => claim(repository, { limit: 4 }));
    // Callers that lost a race may have received fewer: what is left is still due, once.
    const rest = await claim(harness.repository);
    await assertDividedUp(
      harness,
      [...racing, rest],
      messages.map(({ id }) => id),
    );
  },

  'gives each expired lease to exactly one of twenty racing callers': async (harness) => {
    await insertMany(harness.repository, 30);
    const { ids } = await claim(harness.repository, { leasedUntil: LEASE_END });
    const request = { now: LEASE_END, limit: 4 };
    const racing = await race(harness, (repository) => claim(repository, request));
    const rest = await claim(harness.repository, { now: LEASE_END });
    await assertDividedUp(harness, [...racing, rest], ids);
    for (const { claimed } of [...racing, rest]) {
      for (const { message } of claimed) assert.equal(message.lostLeases, 1, 'one lease was lost');
    }
  },

  'gives each foreign message to exactly one of twenty racing callers': foreign(async (harness, put) => {
    const ids: string[] = [];
    for (let index = 0; index < 30; index += 1)
      ids.push(await put({ phoneNumber: '+905551111111', content: `message ${index}` }));
    const racing = await race(harness, (repository) => claim(repository, { limit: 4 }));
    await assertDividedUp(harness, [...racing, await claim(harness.repository)], ids);
  }),

  'gives each due message to exactly one of two racing processes': needing(
    (harness) => harness.raceProcesses?.bind(harness),
    'this store lives in one process',
    async ({ repository }, raceProcesses) => {
      const messages = await insertMany(repository, 400);
      const received = await raceProcesses({ count: 2, now: NOW, leasedUntil: LEASE_END, limit: 7 });
      assert.equal(received.length, 2, 'both processes answer');
      const rest = await claim(repository);
      assertSameMembers(
        [...received.flat(), ...rest.ids],
        messages.map(({ id }) => id),
      );
    },
  ),

  'serves messages in due order within its claim window, however they came': async (harness) => {
    const { repository } = harness;
    const count = enough(harness);
    const messages = await insertAll(
      repository,
      Array.from({ length: count }, (_, index) => ({ sendAt: NOW + ((index * STRIDE) % count) })),
    );
    const dueTimes = new Map(messages.map(({ id, sendAt }) => [id, sendAt ?? 0]));
    assert.equal(dueTimes.size, count);
    await assertServedInOrder(harness, dueTimes);
  },

  'serves retried and interrupted messages at their own due time': async (harness) => {
    const { repository } = harness;
    const dueTimes = new Map<string, number>();
    const each = Math.ceil(enough(harness) / 3);

    await insertMany(repository, each);
    const retried = await claim(repository, { limit: each });
    const nacks = retried.ids.map((id, index) => aNack(id, { availableAt: NOW + 1_000 + 3 * index }));
    for (const { id, availableAt } of nacks) dueTimes.set(id, availableAt);
    await repository.settle(retried.token, nacks);

    await insertMany(repository, each);
    for (let rank = 0; rank < each; rank += 1) {
      const { ids, leasedUntil } = await claim(repository, {
        limit: 1,
        leasedUntil: NOW + 1_001 + 3 * rank,
      });
      for (const id of ids) dueTimes.set(id, leasedUntil);
    }

    const ranks = Array.from({ length: each }, (_, rank) => rank).reverse();
    for (const { id, sendAt } of await insertAll(
      repository,
      ranks.map((rank) => ({ sendAt: NOW + 1_002 + 3 * rank })),
    )) {
      dueTimes.set(id, sendAt ?? 0);
    }
    assert.equal(dueTimes.size, each * 3);
    await assertServedInOrder(harness, dueTimes);
  },

  'serves a released message at its old place': async (harness) => {
    const { repository } = harness;
    const count = enough(harness);
    const messages = await insertAll(
      repository,
      Array.from({ length: count }, (_, rank) => ({ sendAt: NOW + rank })),
    );
    const half = Math.floor(count / 2);
    const { token, ids } = await claim(repository, { now: NOW + half - 1, limit: count });
    assert.equal(ids.length, half);
    await repository.release(token, ids.toReversed());
    await assertServedInOrder(harness, new Map(messages.map(({ id, sendAt }) => [id, sendAt ?? 0])));
  },
};
