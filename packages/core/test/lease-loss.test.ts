import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from './support/builders.ts';
import type { FaultyRepository } from './support/faulty-repository.ts';
import { OpenCalls } from './support/scripted-sender.ts';
import { aWorld, type World } from './support/world.ts';

/** Another process takes over what is leased, as it may when the lease has run out. */
async function takeOver(world: World): Promise<readonly string[]> {
  const now = world.clock.now() + MINUTE * 10;
  const claimed = await world.repository.claimDue({
    now,
    leasedUntil: now + MINUTE,
    leaseToken: 'theirs',
    journals: false,
    limit: 100,
  });
  return claimed.map((one) => one.message.id);
}

function slowly(world: World, ms: number): Parameters<FaultyRepository['make']>[1] {
  return async (work) => {
    const result = await work();
    await world.clock.sleep(ms);
    return result;
  };
}

describe('a lease', () => {
  test('is extended for a batch that takes longer, and nobody else gets its messages', async () => {
    const world = aWorld({ batchSize: 20, concurrency: 1, leaseMs: 60 * SECOND, ratePerSecond: 0.02 });
    const other = world.join({ batchSize: 20, ratePerSecond: 0.02 });
    world.sender.always(async () => {
      await world.clock.sleep(14 * SECOND);
      return { kind: 'accepted' };
    });
    await world.enqueue(20);
    await world.start();
    other.start();
    await world.clock.advance(20 * 50 * SECOND + SECOND);
    expect(world.sender.contents).toHaveLength(20);
    expect(new Set(world.sender.contents).size).toBe(20);
    expect(world.repository.count('extendLease')).toBeGreaterThan(3);
    other.stop();
    await world.stopped();
  });

  test('is extended once after a fault, though each message of the batch waits for that', async () => {
    const world = aWorld({ concurrency: 4, batchSize: 4, leaseMs: 15_100 });
    // The answer of the claim comes so late that the lease no longer suffices.
    world.repository.next('claimDue', slowly(world, 5 * SECOND));
    world.repository.next('extendLease', 'fails');
    await world.enqueue(4);
    await world.start();
    await world.clock.advance(10 * SECOND);
    expect(await world.statuses()).toEqual({ sent: 4 });
    expect(world.repository.count('extendLease')).toBe(2);
    await world.stopped();
  });

  test('is kept alive for what waits behind other batches: nobody takes it over', async () => {
    const options = { drain: true, concurrency: 2, batchSize: 50, intervalMs: SECOND };
    const world = aWorld(options);
    const others = [world.join(options), world.join(options)];
    world.sender.always(async () => {
      await world.clock.sleep(10 * SECOND);
      return { kind: 'accepted' };
    });
    await world.enqueue(300);
    for (const other of others) other.start();
    await world.start();
    await world.clock.advance(10 * MINUTE);
    expect(await world.statuses()).toEqual({ sent: 300 });
    expect((await world.all()).filter((message) => message.lostLeases > 0)).toEqual([]);
    for (const other of others) other.stop();
    await world.stopped();
    expect(world.clock.sleepers).toBe(0);
  });

  test('is kept alive while the rate limit makes every message wait for longer', async () => {
    const options = { concurrency: 5, batchSize: 5, ratePerSecond: 0.005, intervalMs: SECOND };
    const world = aWorld(options);
    const other = world.join(options);
    await world.enqueue(5);
    await world.start();
    other.start();
    await world.clock.advance(15 * MINUTE);
    expect(await world.statuses()).toEqual({ sent: 5 });
    expect((await world.all()).map((message) => message.lostLeases)).toEqual([0, 0, 0, 0, 0]);
    expect(other.status().lastClaimAt).not.toBeNull();
    other.stop();
    await world.stopped();
  });

  test('is let go when nothing can be extended, and what waits is not sent once somebody has it', async () => {
    const world = aWorld({ batchSize: 3, concurrency: 1, ratePerSecond: 0.01 });
    const ids = await world.enqueue(3);
    await world.start();
    world.repository.make('extendLease', 'fails');
    await world.clock.advance(2 * MINUTE);
    expect(await takeOver(world)).toEqual(ids.slice(1));
    world.repository.make('extendLease', 'works');
    await world.clock.advance(10 * MINUTE);
    expect(world.sender.calls).toHaveLength(1);
    await world.stopped();
  });

  test('has the time that a send may take left whenever a send begins', async () => {
    const world = aWorld({ batchSize: 20, concurrency: 3, leaseMs: 20 * SECOND, sendTimeoutMs: 15 * SECOND });
    const left: number[] = [];
    world.sender.always(async (call) => {
      left.push((world.stored(call.id).leasedUntil ?? 0) - call.at);
      await world.clock.sleep(4 * SECOND);
      return { kind: 'accepted' };
    });
    world.repository.make('claimDue', slowly(world, 6 * SECOND));
    world.repository.make('extendLease', slowly(world, 2 * SECOND));
    await world.enqueue(20);
    await world.start();
    await world.clock.advance(2 * MINUTE - SECOND);
    expect(left).toHaveLength(20);
    expect(Math.min(...left)).toBeGreaterThanOrEqual(15 * SECOND);
    await world.stopped();
  });

  test('that was lost while its message waited: it is not sent', async () => {
    const world = aWorld({ batchSize: 3, concurrency: 1 });
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    const ids = await world.enqueue(3);
    await world.start();
    await takeOver(world);
    world.clock.set(world.clock.now() + 2 * MINUTE);
    calls.finish();
    await world.clock.advance(SECOND);
    expect(world.sender.calls).toHaveLength(1);
    expect(world.dispatcher.status()).toMatchObject({ leased: 0, inFlight: 0 });
    expect(world.log.of('lease.lost')).toMatchObject([
      { ids: ids.slice(0, 1), during: 'settle' },
      { ids: ids.slice(1, 2), during: 'extend' },
    ]);
    expect(ids.map((id) => world.stored(id).lease?.token)).toEqual(['theirs', 'theirs', 'theirs']);
    await world.stopped();
  });

  test('that was lost while its message waited for its place under the rate limit: it is not sent', async () => {
    const world = aWorld({ batchSize: 3, concurrency: 3, ratePerSecond: 0.02 });
    await world.enqueue(3);
    await world.start();
    expect(world.sender.calls).toHaveLength(1);
    // Two wait, for 50 and 100 s. The lease of 60 s cannot be extended, and somebody comes when it has ended.
    world.repository.make('extendLease', 'fails');
    await world.clock.advance(61 * SECOND);
    await takeOver(world);
    world.repository.make('extendLease', 'works');
    await world.clock.advance(MINUTE * 2);
    expect(world.sender.calls).toHaveLength(1);
    expect(world.dispatcher.status()).toMatchObject({ leased: 0, inFlight: 0 });
    await world.stopped();
  });

  test('that was lost between the journal and the send: it is not sent', async () => {
    const world = aWorld({ ambiguity: 'hold', batchSize: 2, concurrency: 2, ratePerSecond: 8 });
    const [first = '', second = ''] = await world.enqueue(2);
    // The first one's journal answers late. Meanwhile the lease runs out, the first is taken over, and the
    // second one's extension finds that out.
    const journaled = Promise.withResolvers<void>();
    world.repository.next('beginAttempt', async (work) => {
      const result = await work();
      await journaled.promise;
      return result;
    });
    world.repository.next('extendLease', async () => ({ held: [second], stale: [first] }));
    await world.start();
    world.clock.set(world.clock.now() + 50 * SECOND);
    await world.clock.advance(SECOND);
    expect(world.repository.count('extendLease')).toBe(1);
    journaled.resolve();
    await world.clock.advance(SECOND);
    expect(world.sender.calls.map((call) => call.id)).toEqual([second]);
    await world.stopped();
  });

  test('that somebody else took: a stale settle changes nothing and says so', async () => {
    const world = aWorld({ batchSize: 1 });
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    const id = await world.enqueueOne();
    const once = world.dispatcher.dispatchOnce();
    await world.settle();
    await takeOver(world);
    const before = world.stored(id);
    calls.finish();
    await world.settle();
    expect(await once).toMatchObject({ report: { claimed: 1, sent: 0, lost: 1 } });
    expect(world.stored(id)).toEqual(before);
    expect(world.log.of('lease.lost')).toMatchObject([{ ids: [id], during: 'settle' }]);
    expect(world.log.of('message.settled')).toEqual([]);
  });

  test('that ended before anybody came: a late settle is stored', async () => {
    const world = aWorld();
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    const id = await world.enqueueOne();
    await world.start();
    world.clock.set(world.clock.now() + 10 * MINUTE);
    calls.finish();
    await world.settle();
    expect(world.stored(id).status).toBe('sent');
    await world.stopped();
  });

  test('that cannot be extended while the store is down is not sent on; it goes on when the store is back', async () => {
    const world = aWorld({ batchSize: 2, concurrency: 1, leaseMs: 20 * SECOND });
    world.sender.always(async () => {
      await world.clock.sleep(10 * SECOND);
      return { kind: 'accepted' };
    });
    await world.enqueue(2);
    await world.start();
    world.repository.make('extendLease', 'fails');
    await world.clock.advance(MINUTE);
    expect(world.sender.calls).toHaveLength(1);
    const tries = world.repository.count('extendLease');
    expect(tries).toBeGreaterThan(5);
    expect(tries).toBeLessThan(90);
    world.repository.make('extendLease', 'works');
    await world.clock.advance(20 * SECOND);
    expect(await world.statuses()).toEqual({ sent: 2 });
    await world.stopped();
  });

  test('that is hardly longer than a send is not extended in a busy loop', async () => {
    const world = aWorld({ leaseMs: 15 * SECOND + 1, sendTimeoutMs: 15 * SECOND });
    world.repository.make('claimDue', slowly(world, 10));
    world.repository.make('extendLease', slowly(world, 10));
    await world.enqueue(1);
    await world.start();
    await world.clock.advance(10 * SECOND);
    expect(world.repository.count('extendLease')).toBeGreaterThan(3);
    expect(world.repository.count('extendLease')).toBeLessThan(20);
    await world.stopped();
    expect(world.clock.sleepers).toBe(0);
  });
});
