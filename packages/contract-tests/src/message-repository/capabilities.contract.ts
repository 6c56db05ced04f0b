import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { MessageRepository } from '@messaging-system/core/adapter';
import { aDeadLetter, NOW } from '../builders.ts';
import type { Contract, ContractCase } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { until } from '../poll.ts';
import { insertOne, settleNew } from './steps.ts';

const NO_STORE_NOW = 'the repository has no storeNow';
const NO_STOP = 'the repository keeps no delivery stop';
const NO_WATCH = 'the repository has no watch';

type Watch = NonNullable<MessageRepository['watch']>;

function withWatch(
  run: (harness: MessageRepositoryHarness, watch: Watch) => Promise<void>,
): ContractCase<MessageRepositoryHarness> {
  return {
    unless: ({ repository }) => (repository.watch === undefined ? NO_WATCH : null),
    run: async (harness) => {
      const { repository } = harness;
      assert.ok(repository.watch !== undefined, NO_WATCH);
      await run(harness, repository.watch.bind(repository));
    },
  };
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

/** Enough to redrive one after the other. */
async function failedMessages(repository: MessageRepository): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < 5) ids.push((await settleNew(repository, (id) => aDeadLetter(id))).id);
  return ids;
}

async function seenOf(repository: MessageRepository): Promise<unknown> {
  return [await repository.counts(), await repository.list({ limit: 10 }), await repository.nextDueAt()];
}

/** storeNow, tryWrite, the delivery stop and watch, where the store has them. */
export const capabilitiesContract: Contract<MessageRepositoryHarness> = {
  'tells the time of the store in epoch milliseconds': {
    unless: ({ repository }) => (repository.storeNow === undefined ? NO_STORE_NOW : null),
    async run({ repository }) {
      const now = (await repository.storeNow?.()) ?? Number.NaN;
      assert.ok(now > Date.UTC(2020, 0, 1) && now < Date.UTC(2200, 0, 1), `${now} is an instant in ms`);
    },
  },

  'tries a write that leaves nothing behind': {
    unless: ({ repository }) => (repository.tryWrite === undefined ? 'the repository has no tryWrite' : null),
    async run({ repository }) {
      await insertOne(repository);
      const before = await seenOf(repository);
      for (let n = 0; n < 3; n += 1) await repository.tryWrite?.();
      assert.deepEqual(await seenOf(repository), before);
    },
  },

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
    const failed = await failedMessages(repository);
    await assertWakes(watch, () => repository.redrive(failed.splice(0, 1), NOW + 1_000));
  }),

  'calls a watcher soon after a redrive by a filter': withWatch(async ({ repository }, watch) => {
    await failedMessages(repository);
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
};
