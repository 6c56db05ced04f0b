import { describe, expect, test } from 'vitest';
import type { DeliveryReconciler } from '../src/adapter.ts';
import { StoreUnavailableError } from '../src/index.ts';
import { MINUTE, SECOND } from './support/builders.ts';
import { crash } from './support/crashed-holder.ts';
import { aTimedWorld, aWorld } from './support/world.ts';

// The deadline, and the last moment to store the sends that were cut off.
const LONGEST_STOP_MS = 20 * SECOND + 3 * SECOND;

describe('stop, when the store has failed', () => {
  test.for(['fails', 'hangs', 'refuses'] as const)(
    'ends in time with results that it %s to take',
    async (conduct) => {
      const world = aWorld({ storeTimeoutMs: 5 * MINUTE });
      const ids = await world.enqueue(2);
      world.repository.make('settle', conduct);
      await world.start();
      expect(world.sender.calls).toHaveLength(2);
      world.dispatcher.stop();
      await world.clock.advance(LONGEST_STOP_MS);
      expect(world.dispatcher.status()).toMatchObject({ state: 'stopped', inFlight: 0, leased: 0 });
      expect(world.clock.sleepers).toBe(0);

      const calls = world.repository.calls.length;
      world.repository.make('settle', 'works');
      await world.clock.advance(10 * MINUTE);
      expect(world.repository.calls).toHaveLength(calls);
      expect(ids.map((id) => world.stored(id).lease !== null)).toEqual([true, true]);
    },
  );

  test.for(['fails', 'hangs'] as const)(
    'ends in time when it %s to take back what has not begun',
    async (conduct) => {
      const world = aWorld({ batchSize: 4, ratePerSecond: 0.001, storeTimeoutMs: 5 * MINUTE });
      await world.enqueue(4);
      world.repository.make('release', conduct);
      await world.start();
      world.dispatcher.stop();
      await world.clock.advance(LONGEST_STOP_MS);
      expect(world.dispatcher.status()).toMatchObject({ state: 'stopped', leased: 0 });
      expect(world.clock.sleepers).toBe(0);
      const calls = world.repository.calls.length;
      await world.clock.advance(10 * MINUTE);
      expect(world.repository.calls).toHaveLength(calls);
    },
  );

  test('ends in time when a claim never answers', async () => {
    const world = aWorld({ storeTimeoutMs: 5 * MINUTE });
    world.repository.make('claimDue', 'hangs');
    await world.start();
    world.dispatcher.stop();
    await world.clock.advance(LONGEST_STOP_MS);
    expect(world.dispatcher.status().state).toBe('stopped');
    expect(world.clock.sleepers).toBe(0);
  });

  test('in the same turn as a single dispatch keeps its deadline, and the dispatch ends with the fault', async () => {
    const world = aTimedWorld(0, { storeTimeoutMs: 5 * MINUTE });
    world.repository.make('storeNow', 'hangs');
    const once = world.dispatcher.dispatchOnce();
    const fault = expect(once).rejects.toBeInstanceOf(StoreUnavailableError);
    world.dispatcher.stop();
    await world.clock.advance(LONGEST_STOP_MS);
    await fault;
    expect(world.dispatcher.status().state).toBe('stopped');
    expect(world.clock.sleepers).toBe(0);
  });

  test.for(['beginAttempt', 'extendLease'] as const)(
    'ends in time when %s never answers, and nothing is sent',
    async (operation) => {
      const world = aWorld({ ambiguity: 'hold', leaseMs: 15 * SECOND + 1, storeTimeoutMs: 5 * MINUTE });
      world.repository.make('claimDue', async (work) => {
        const claimed = await work();
        await world.clock.sleep(SECOND);
        return claimed;
      });
      world.repository.make(operation, 'hangs');
      await world.enqueue(1);
      await world.start();
      await world.clock.advance(SECOND);
      expect(world.repository.count(operation)).toBe(1);
      world.dispatcher.stop();
      await world.clock.advance(LONGEST_STOP_MS);
      expect(world.dispatcher.status()).toMatchObject({ state: 'stopped', leased: 0, inFlight: 0 });
      expect(world.clock.sleepers).toBe(0);
      expect(world.sender.calls).toEqual([]);
    },
  );

  test('ends at once while the store is asked again later', async () => {
    const world = aWorld();
    world.repository.makeAll('fails');
    await world.start();
    await world.clock.advance(MINUTE);
    world.dispatcher.stop();
    await world.settle();
    expect(world.dispatcher.status().state).toBe('stopped');
    expect(world.clock.sleepers).toBe(0);
  });

  test('gives back at once what waits for its journal', async () => {
    const world = aWorld({ ambiguity: 'hold' });
    const ids = await world.enqueue(2);
    world.repository.make('beginAttempt', 'fails');
    await world.start();
    world.dispatcher.stop();
    await world.settle();
    expect(world.dispatcher.status().state).toBe('stopped');
    expect(world.repository.count('beginAttempt')).toBe(1);
    expect(ids.map((id) => world.stored(id).lease)).toEqual([null, null]);
  });

  test('stores what it can when the store comes back within the deadline', async () => {
    const world = aWorld();
    await world.enqueue(2);
    world.repository.make('settle', 'fails');
    await world.start();
    world.dispatcher.stop();
    await world.clock.advance(10 * SECOND);
    world.repository.make('settle', 'works');
    await world.clock.advance(10 * SECOND);
    expect(world.dispatcher.status().state).toBe('stopped');
    expect(await world.statuses()).toEqual({ sent: 2 });
  });

  test('counts what could not be stored as lost', async () => {
    const world = aWorld();
    await world.enqueue(2);
    world.repository.make('settle', 'fails');
    const once = world.dispatcher.dispatchOnce();
    await world.settle();
    world.dispatcher.stop();
    await world.clock.advance(LONGEST_STOP_MS);
    expect(await once).toMatchObject({ report: { claimed: 2, sent: 0, lost: 2 } });
  });
});

describe('stop, when the sent cache has failed', () => {
  test('leaves no timer of its own', async () => {
    const world = aWorld({ drainDeadlineMs: 0 });
    await world.enqueue(2);
    world.sentCache.conduct = 'hangs';
    await world.start();
    world.dispatcher.stop();
    await world.clock.advance(LONGEST_STOP_MS);
    expect(world.dispatcher.status().state).toBe('stopped');
    expect(world.clock.sleepers).toBe(0);
    expect(await world.statuses()).toEqual({ sent: 2 });
  });
});

test('a question to the provider that waits for its place is not asked after the stop', async () => {
  let asked = 0;
  const reconciler: DeliveryReconciler = {
    reconcile: async () => {
      asked += 1;
      return { kind: 'unsure' };
    },
  };
  const world = aWorld({ ambiguity: 'reconcile', ratePerSecond: 0.1 }, { reconciler });
  const ids = await world.enqueue(2);
  await crash(world, { journals: true, begun: true });
  await world.start();
  expect(asked).toBe(1);
  await world.stopped();
  expect(asked).toBe(1);
  expect(ids.map((id) => [world.stored(id).status, world.stored(id).inDoubt])).toEqual([
    ['unknown', true],
    ['unsent', true],
  ]);
});
