import { describe, expect, test } from 'vitest';
import { KEPT_ATTEMPTS, type SendOutcome } from '../src/adapter.ts';
import { SECOND } from './support/builders.ts';
import { OpenCalls } from './support/scripted-sender.ts';
import { aWorld } from './support/world.ts';

const FAST = { drain: true, batchSize: 2, concurrency: 2, intervalMs: SECOND } as const;

describe('a receiver that asks for a pause', () => {
  const busy = (reason: string, retryAfterMs?: number): SendOutcome => ({
    kind: 'retryable',
    reason,
    busy: true,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

  test.for(['http_429', 'http_503'])('by %s with Retry-After gets none until then', async (reason) => {
    const world = aWorld({ ...FAST, concurrency: 1 });
    world.sender.next(busy(reason, 90 * SECOND));
    await world.enqueue(6);
    await world.start();
    const until = world.clock.now() + 90 * SECOND;
    expect(world.dispatcher.status()).toMatchObject({ pausedUntil: until, breaker: { state: 'closed' } });
    expect(world.log.of('claiming.paused')).toMatchObject([{ until, reason }]);
    expect(await world.dispatcher.dispatchOnce()).toEqual({ kind: 'paused', reason, until });
    await world.clock.advance(90 * SECOND - 1);
    expect(world.sender.calls).toHaveLength(1);
    await world.clock.advance(1);
    await world.settle();
    expect(world.dispatcher.status().pausedUntil).toBeNull();
    expect(await world.statuses()).toEqual({ sent: 6 });
    await world.stopped();
  });

  // A simulated day in steps: seconds on a quiet machine.
  test('loses nothing, however long it refuses politely, and is asked by one message at a time', {
    timeout: 90_000,
  }, async () => {
    const world = aWorld({ ...FAST, batchSize: 5, concurrency: 5 });
    world.sender.always(busy('http_503', 600 * SECOND));
    const ids = await world.enqueue(5);
    await world.start();
    expect(world.sender.calls).toHaveLength(5);
    await world.clock.advance(24 * 3600 * SECOND);
    expect(await world.statuses()).toEqual({ unsent: 5 });
    expect(ids.map((id) => world.stored(id).attempts)).toEqual([0, 0, 0, 0, 0]);
    const asked = world.sender.calls.length - 5;
    expect(asked).toBeGreaterThanOrEqual(140);
    expect(asked).toBeLessThanOrEqual(144);
    for (const id of ids) expect(world.stored(id).history.length).toBeLessThanOrEqual(KEPT_ATTEMPTS);
    world.sender.always({ kind: 'accepted' });
    await world.clock.advance(3600 * SECOND);
    expect(await world.statuses()).toEqual({ sent: 5 });
    expect(world.log.of('claiming.resumed')).toHaveLength(1);
    await world.stopped();
  });

  test('is sent nothing by other claims before the probe has its answer', async () => {
    const world = aWorld({ ...FAST, batchSize: 3, concurrency: 3 });
    const calls = new OpenCalls();
    world.sender.next(busy('http_429', 10 * SECOND)).always(calls.answer);
    await world.enqueue(1);
    await world.start();
    await world.enqueue(6);
    await world.clock.advance(14 * SECOND);
    expect(world.sender.calls).toHaveLength(2);
    expect(await world.dispatcher.dispatchOnce()).toMatchObject({ kind: 'paused', reason: 'http_429' });
    calls.finish({ kind: 'permanent', reason: 'http_400' });
    await world.settle();
    expect(world.sender.calls.length).toBeGreaterThan(2);
    while (calls.size > 0) {
      calls.finishAll();
      await world.settle();
    }
    await world.stopped();
  });

  test('is not taken for ready by a probe that can not be built', async () => {
    const world = aWorld({ ...FAST, batchSize: 1, concurrency: 1 });
    const unbuilt: SendOutcome = { kind: 'permanent', reason: 'missing_value', noRequest: true };
    world.sender.next(busy('http_429', 10 * SECOND), unbuilt, busy('http_429', 10 * SECOND));
    await world.enqueue(5);
    await world.start();
    await world.clock.advance(11 * SECOND);
    await world.settle();
    expect(world.sender.calls).toHaveLength(3);
    expect(world.log.of('claiming.resumed')).toEqual([]);
    expect(await world.statuses()).toEqual({ failed: 1, unsent: 4 });
    await world.stopped();
  });

  test('ends no message that does not expire; one that expires has failed in time', async () => {
    const world = aWorld({ ...FAST });
    world.sender.always(busy('http_503', 60 * SECOND));
    const [stays, expires] = [
      await world.enqueueOne(),
      await world.enqueueOne({ expiresAt: world.clock.now() + 90 * SECOND }),
    ];
    await world.start();
    await world.clock.advance(10 * 60 * SECOND);
    expect(world.stored(stays).status).toBe('unsent');
    expect(world.stored(expires)).toMatchObject({ status: 'failed', reason: 'expired' });
    await world.stopped();
  });

  test('is not asked for longer than the policy honours', async () => {
    const world = aWorld();
    world.sender.always(busy('http_429', 1e9));
    await world.enqueue(1);
    await world.start();
    expect(world.dispatcher.status().pausedUntil).toBe(world.clock.now() + 3_600_000);
    await world.stopped();
  });

  test('without saying how long pauses nothing', async () => {
    const world = aWorld();
    world.sender.next(busy('http_429'));
    await world.enqueue(1);
    await world.start();
    expect(world.dispatcher.status().pausedUntil).toBeNull();
    expect(world.log.of('claiming.paused')).toEqual([]);
    await world.stopped();
  });

  test('is heard once: a shorter wish does not shorten the pause', async () => {
    const world = aWorld({ batchSize: 2, concurrency: 2 });
    world.sender.next(busy('http_429', 60 * SECOND), busy('http_429', 10 * SECOND));
    await world.enqueue(2);
    await world.start();
    expect(world.dispatcher.status().pausedUntil).toBe(world.clock.now() + 60 * SECOND);
    expect(world.log.of('claiming.paused')).toHaveLength(1);
    await world.stopped();
  });

  test('waits at most twice as long when the clock is set back', async () => {
    const world = aWorld();
    world.sender.next(busy('http_429', 60 * SECOND));
    await world.enqueue(1);
    await world.start();
    world.clock.set(world.clock.now() - 59 * SECOND);
    expect(world.dispatcher.status().pausedUntil).not.toBeNull();
    world.clock.set(world.clock.now() - 2 * SECOND);
    expect(world.dispatcher.status().pausedUntil).toBeNull();
    await world.stopped();
  });

  test('is called again when an operator starts the dispatcher', async () => {
    const world = aWorld({ ...FAST });
    world.sender.next(busy('http_429', 60 * SECOND));
    await world.enqueue(2);
    await world.start();
    await world.stopped();
    await world.start();
    expect(world.dispatcher.status().pausedUntil).toBeNull();
    expect(world.sender.calls.length).toBeGreaterThan(1);
    await world.stopped();
  });
});
