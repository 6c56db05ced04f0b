import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from './support/builders.ts';
import { OpenCalls } from './support/scripted-sender.ts';
import { aWorld } from './support/world.ts';

describe('a store that is down', () => {
  test.for(['fails', 'refuses'] as const)(
    '(%s) is asked again with a growing distance, never in a busy loop',
    async (conduct) => {
      const world = aWorld();
      world.repository.makeAll(conduct);
      await world.start();
      await world.clock.advance(SECOND);
      expect(world.repository.calls.length).toBeGreaterThanOrEqual(3);
      expect(world.repository.calls.length).toBeLessThan(12);
      const early = world.repository.calls.length;
      await world.clock.advance(MINUTE);
      // Every 0.75 to 1.5 seconds.
      expect(world.repository.calls.length - early).toBeGreaterThanOrEqual(38);
      expect(world.repository.calls.length - early).toBeLessThan(90);
      await world.stopped();
    },
  );

  test.for([true, false])('is resumed by itself when it is back (drain: %s)', async (drain) => {
    const world = aWorld({ drain, batchSize: 5, intervalMs: SECOND });
    await world.enqueue(10);
    world.repository.makeAll('fails');
    await world.start();
    await world.clock.advance(MINUTE);
    expect(world.dispatcher.status()).toMatchObject({ state: 'running', storeFault: 'store_unavailable' });
    expect(world.sender.calls).toEqual([]);

    world.repository.makeAll('works');
    await world.clock.advance(10 * SECOND);
    expect(await world.statuses()).toEqual({ sent: 10 });
    expect(world.dispatcher.status().storeFault).toBeNull();
    expect(world.log.of('store.recovered')).toHaveLength(1);
    await world.stopped();
  });

  test.for([true, false])(
    'that refuses to be written to has not recovered because it can be read (drain: %s)',
    async (drain) => {
      const world = aWorld({ drain, intervalMs: SECOND });
      const id = await world.enqueueOne();
      world.repository.make('claimDue', 'refuses');
      await world.start();
      const reads = world.repository.count('deliveryStop');
      await world.clock.advance(MINUTE);
      expect(world.repository.count('deliveryStop')).toBeGreaterThan(reads);
      expect(world.log.of('store.recovered')).toEqual([]);
      expect(world.dispatcher.status().storeFault).toBe('store_rejected');

      world.repository.make('claimDue', 'works');
      await world.clock.advance(10 * SECOND);
      expect(world.stored(id).status).toBe('sent');
      expect(world.log.of('store.recovered')).toMatchObject([{ operation: 'claimDue' }]);
      await world.stopped();
    },
  );

  test('that refuses a result has not recovered because a claim finds nothing', async () => {
    const world = aWorld({ drain: true, intervalMs: SECOND });
    const id = await world.enqueueOne();
    world.repository.make('settle', 'refuses');
    await world.start();
    const claims = world.repository.count('claimDue');
    await world.clock.advance(30 * SECOND);
    expect(world.repository.count('claimDue')).toBeGreaterThan(claims);
    expect(world.log.of('store.recovered')).toEqual([]);

    world.repository.make('settle', 'works');
    await world.clock.advance(10 * SECOND);
    expect(world.stored(id).status).toBe('sent');
    expect(world.log.of('store.recovered')).toMatchObject([{ operation: 'settle' }]);
    await world.stopped();
  });

  test('whose refused reading works again has recovered', async () => {
    const world = aWorld({ intervalMs: SECOND });
    world.repository.next('deliveryStop', 'refuses');
    await world.start();
    await world.clock.advance(10 * SECOND);
    expect(world.log.of('store.recovered')).toMatchObject([{ operation: 'deliveryStop' }]);
    expect(world.dispatcher.status().storeFault).toBeNull();
    await world.stopped();
  });

  test('that never answers a claim is a fault after the store time-out', async () => {
    const world = aWorld({ storeTimeoutMs: 3 * SECOND });
    world.repository.next('claimDue', 'hangs');
    const id = await world.enqueueOne();
    await world.start();
    await world.clock.advance(3 * SECOND - 1);
    expect(world.log.of('store.unavailable')).toEqual([]);
    await world.clock.advance(1);
    expect(world.log.of('store.unavailable')).toMatchObject([
      { operation: 'claimDue', error: { code: 'store_unavailable' } },
    ]);
    await world.clock.advance(SECOND);
    expect(world.stored(id).status).toBe('sent');
    await world.stopped();
  });

  test('that claimed although its answer was lost: the messages come back when the lease ends', async () => {
    const world = aWorld({ intervalMs: SECOND });
    world.repository.next('claimDue', 'loses answer');
    const ids = await world.enqueue(2);
    await world.start();
    await world.clock.advance(59 * SECOND);
    expect(world.sender.calls).toEqual([]);
    await world.clock.advance(3 * SECOND);
    expect(world.sender.calls.map((call) => call.id)).toEqual(ids);
    expect(await world.statuses()).toEqual({ sent: 2 });
    await world.stopped();
  });

  test('has its last fault reported by its stable code, whatever was thrown', async () => {
    const world = aWorld();
    world.repository.next('claimDue', () => Promise.reject(new TypeError('a bug of the adapter')));
    await world.start();
    expect(world.dispatcher.status().storeFault).toBe('store_unavailable');
    world.repository.next('claimDue', 'refuses');
    await world.clock.advance(100);
    expect(world.dispatcher.status().storeFault).toBe('store_rejected');
    await world.stopped();
  });

  test('does not keep a synchronous throw of an adapter from being a fault like any other', async () => {
    const world = aWorld({ intervalMs: SECOND });
    const claimDue = world.repository.claimDue.bind(world.repository);
    world.repository.claimDue = () => {
      world.repository.claimDue = claimDue;
      throw new Error('not even a promise');
    };
    await world.enqueue(1);
    await world.start();
    await world.clock.advance(2 * SECOND);
    expect(await world.statuses()).toEqual({ sent: 1 });
    await world.stopped();
  });
});

describe('what was accepted and is not stored', () => {
  test.for([1, 2, 5])(
    'is never more than the %i places, however long the store is down',
    async (concurrency) => {
      const world = aWorld({ drain: true, concurrency, batchSize: 3, intervalMs: SECOND });
      await world.enqueue(40);
      world.repository.make('settle', 'fails');
      await world.start();
      await world.clock.advance(10 * MINUTE);
      expect(world.sender.calls).toHaveLength(concurrency);
      expect(world.dispatcher.status().inFlight).toBe(concurrency);

      world.repository.make('settle', 'works');
      await world.clock.advance(MINUTE);
      expect(await world.statuses()).toEqual({ sent: 40 });
      expect(world.sender.calls).toHaveLength(40);
      await world.stopped();
    },
  );

  test('keeps its place while the store hangs', async () => {
    const world = aWorld({ drain: true, concurrency: 2, batchSize: 2, storeTimeoutMs: 3 * SECOND });
    await world.enqueue(20);
    world.repository.make('settle', 'hangs');
    await world.start();
    await world.clock.advance(MINUTE);
    expect(world.sender.calls).toHaveLength(2);
    world.repository.make('settle', 'works');
    await world.clock.advance(20 * SECOND);
    expect(await world.statuses()).toEqual({ sent: 20 });
    await world.stopped();
  });

  test('is tried again until it is stored, with a growing distance', async () => {
    const world = aWorld({ leaseMs: 60 * MINUTE });
    const id = await world.enqueueOne();
    world.repository.make('settle', 'fails');
    await world.start();
    await world.clock.advance(10 * MINUTE);
    const tries = world.repository.count('settle');
    // Every 0.75 to 1.5 seconds of ten minutes.
    expect(tries).toBeGreaterThan(390);
    expect(tries).toBeLessThan(850);
    world.repository.make('settle', 'works');
    await world.clock.advance(5 * SECOND);
    expect(world.stored(id).status).toBe('sent');
    await world.stopped();
  });

  test('is tried again until it is stale: somebody else took the message over', async () => {
    const world = aWorld({ batchSize: 1 });
    const id = await world.enqueueOne();
    world.repository.make('settle', 'fails');
    const once = world.dispatcher.dispatchOnce();
    await world.clock.advance(2 * MINUTE);
    const now = world.clock.now();
    const theirs = { now, leasedUntil: now + MINUTE, leaseToken: 'theirs', journals: false, limit: 1 };
    await world.repository.claimDue(theirs);
    world.repository.make('settle', 'works');
    await world.clock.advance(5 * SECOND);
    expect(await once).toMatchObject({ report: { sent: 0, lost: 1 } });
    expect(world.stored(id)).toMatchObject({ status: 'unsent', lease: { token: 'theirs' } });
  });

  test('does not make what comes later wait behind it', async () => {
    const world = aWorld({ batchSize: 2, concurrency: 2 });
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    const [first = '', second = ''] = await world.enqueue(2);
    await world.start();
    world.repository.next('settle', 'fails', 'fails', 'fails');
    world.repository.make('settle', async (work, settlements) => {
      // The store takes the second's, and the first's only after that.
      expect(settlements).toHaveLength(1);
      return work();
    });
    calls.finish();
    await world.clock.advance(20);
    calls.finish();
    await world.clock.advance(10 * SECOND);
    expect([world.stored(first).status, world.stored(second).status]).toEqual(['sent', 'sent']);
    await world.stopped();
  });
});
