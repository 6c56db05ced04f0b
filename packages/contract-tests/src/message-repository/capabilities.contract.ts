import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { MessageRepository } from '@messaging-system/core/adapter';
import { aDeadLetter, aNewMessage, anAck, LEASE_END, NOW } from '../builders.ts';
import { type Contract, type ContractCase, needing } from '../define-contract.ts';
import { failsUnreachable } from '../fails-unreachable.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { until } from '../poll.ts';
import { aClaimRequest, insertOne, settleMany } from './steps.ts';

const NO_STOP = 'the repository keeps no delivery stop';

type Watch = NonNullable<MessageRepository['watch']>;

function withWatch(
  run: (harness: MessageRepositoryHarness, watch: Watch) => Promise<void>,
): ContractCase<MessageRepositoryHarness> {
  return needing(({ repository }) => repository.watch?.bind(repository), 'the repository has no watch', run);
}

/** Makes messages due again and again until the watcher was called: a watch may miss some. */
async function assertCalls(calls: () => number, makeDue: () => Promise<unknown>): Promise<void> {
  const called = new AbortController();
  const making = (async () => {
    while (!called.signal.aborted) {
      await makeDue();
      await wait(50, undefined, { signal: called.signal }).catch(() => undefined);
    }
  })();
  try {
    await until('the watcher is called', () => calls() > 0);
  } finally {
    called.abort();
    await making;
  }
}

async function assertWakes(watch: Watch, makeDue: () => Promise<unknown>): Promise<void> {
  let calls = 0;
  const end = watch(() => {
    calls += 1;
  });
  try {
    await assertCalls(() => calls, makeDue);
  } finally {
    await end();
  }
}

async function seenOf(repository: MessageRepository): Promise<unknown> {
  return [await repository.counts(), await repository.list({ limit: 10 }), await repository.nextDueAt()];
}

const ID = '6955b9000102030405000001';
const TOKEN = 'token-of-a-lease';

const OPERATIONS: Readonly<Record<string, (repository: MessageRepository) => Promise<unknown>>> = {
  insert: (repository) => repository.insert([aNewMessage({ idempotencyKey: 'order-1' })]),
  claimDue: (repository) => repository.claimDue(aClaimRequest()),
  beginAttempt: (repository) => repository.beginAttempt(TOKEN, [ID], NOW),
  settle: (repository) => repository.settle(TOKEN, [anAck(ID)]),
  extendLease: (repository) => repository.extendLease(TOKEN, [ID], LEASE_END),
  release: (repository) => repository.release(TOKEN, [ID]),
  findById: (repository) => repository.findById(ID),
  list: (repository) => repository.list({ limit: 10 }),
  counts: (repository) => repository.counts(),
  cancel: (repository) => repository.cancel([ID], NOW),
  redrive: (repository) => repository.redrive([ID], NOW),
  redriveMatching: (repository) => repository.redriveMatching({ status: 'failed' }, NOW, 10),
  erase: (repository) => repository.erase('+905551111111', 10),
  prune: (repository) => repository.prune(NOW, 10),
  nextDueAt: (repository) => repository.nextDueAt(),
  // A capability stands for something that the store has.
  tryWrite: (repository) => repository.tryWrite?.() ?? repository.counts(),
  stopDelivery: (repository) =>
    repository.stopDelivery?.({ at: NOW, by: 'an operator' }) ?? repository.counts(),
  resumeDelivery: (repository) => repository.resumeDelivery?.() ?? repository.counts(),
  deliveryStop: (repository) => repository.deliveryStop?.() ?? repository.counts(),
};

/** storeNow, tryWrite, the delivery stop and watch, where the store has them. */
export const capabilitiesContract: Contract<MessageRepositoryHarness> = {
  'tells the time of the store in epoch milliseconds': needing(
    ({ repository }) => repository.storeNow?.bind(repository),
    'the repository has no storeNow',
    async (_, storeNow) => {
      const now = await storeNow();
      assert.ok(now > Date.UTC(2020, 0, 1) && now < Date.UTC(2200, 0, 1), `${now} is an instant in ms`);
    },
  ),

  'tries a write that leaves nothing behind': needing(
    ({ repository }) => repository.tryWrite?.bind(repository),
    'the repository has no tryWrite',
    async ({ repository }, tryWrite) => {
      await insertOne(repository);
      const before = await seenOf(repository);
      for (let n = 0; n < 3; n += 1) await tryWrite();
      assert.deepEqual(await seenOf(repository), before);
    },
  ),

  'keeps a delivery stop for every instance until it is resumed, and changes no message by it': {
    unless: ({ repository }) => (repository.deliveryStop === undefined ? NO_STOP : null),
    async run({ repository, openAnother }) {
      const another = await openAnother();
      const instances = [repository, another];
      const stops = (): Promise<unknown> => Promise.all(instances.map((one) => one.deliveryStop?.()));
      await insertOne(repository);
      const before = await seenOf(repository);
      assert.deepEqual(await stops(), [null, null]);
      for (const stop of [
        { at: NOW, by: 'ops' },
        { at: NOW + 1, by: null },
      ]) {
        await repository.stopDelivery?.(stop);
        assert.deepEqual(await stops(), [stop, stop]);
        assert.deepEqual(await seenOf(another), before);
        await another.resumeDelivery?.();
        await another.resumeDelivery?.();
        assert.deepEqual(await stops(), [null, null]);
      }
    },
  },

  'keeps one delivery stop of those that race, and that one when it is stopped again': {
    unless: ({ repository }) => (repository.deliveryStop === undefined ? NO_STOP : null),
    async run({ repository, openAnother }) {
      const another = await openAnother();
      const racing = Array.from({ length: 8 }, (_, n) => ({ at: NOW + n, by: `operator ${n}` }));
      await Promise.all(racing.map((stop, n) => (n % 2 === 0 ? repository : another).stopDelivery?.(stop)));
      const kept = await repository.deliveryStop?.();
      assert.ok(racing.some(({ at, by }) => kept?.at === at && kept.by === by));
      await another.stopDelivery?.({ at: NOW + 60_000, by: 'a late operator' });
      assert.deepEqual(await another.deliveryStop?.(), kept);
    },
  },

  'calls a watcher soon after an insert': withWatch(({ repository }, watch) =>
    assertWakes(watch, () => insertOne(repository)),
  ),

  'calls a watcher soon after a redrive': withWatch(async ({ repository }, watch) => {
    const failed = await settleMany(repository, 5, (id) => aDeadLetter(id));
    await assertWakes(watch, () => repository.redrive(failed.splice(0, 1), NOW + 1_000));
  }),

  'calls a watcher soon after a redrive by a filter': withWatch(async ({ repository }, watch) => {
    await settleMany(repository, 5, (id) => aDeadLetter(id));
    await assertWakes(watch, () => repository.redriveMatching({ status: 'failed' }, NOW + 1_000, 1));
  }),

  'calls no watcher any more that was ended': withWatch(async ({ repository }, watch) => {
    const calls = { ended: 0, other: 0 };
    const endFirst = watch(() => {
      calls.ended += 1;
    });
    const endOther = watch(() => {
      calls.other += 1;
    });
    await endFirst();
    const before = { ...calls };
    await assertCalls(
      () => calls.other - before.other,
      () => insertOne(repository),
    );
    assert.equal(calls.ended, before.ended);
    await endOther();
  }),

  'throws StoreUnavailableError from every operation while the store cannot be reached': failsUnreachable(
    OPERATIONS,
    'store_unavailable',
  ),
};
