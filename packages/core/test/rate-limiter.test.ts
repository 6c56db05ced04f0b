import { describe, expect, test } from 'vitest';
import { RateLimiter } from '../src/policy/rate-limiter.ts';
import { ACCEPTED, HTTP_500, OpenCalls } from './support/scripted-sender.ts';
import { aWorld } from './support/world.ts';

describe('RateLimiter', () => {
  test('gives one place an interval, and takes none from who has to wait', () => {
    const limiter = new RateLimiter(2);
    expect([1000, 1000, 1499, 1500, 1600].map((now) => limiter.take(now))).toEqual([0, 500, 1, 0, 400]);
  });

  test('saves nothing up while nobody asks', () => {
    const limiter = new RateLimiter(1);
    expect(limiter.take(0)).toBe(0);
    expect([limiter.take(60_000), limiter.take(60_000)]).toEqual([0, 1000]);
  });

  test('does not fall behind because timers wake late', () => {
    const limiter = new RateLimiter(100);
    let now = 0;
    let taken = 0;
    while (now < 10_000) {
      const waitMs = limiter.take(now);
      if (waitMs === 0) taken += 1;
      else now += waitMs + 3;
    }
    expect(taken).toBeGreaterThan(990);
    expect(taken).toBeLessThanOrEqual(1001);
  });

  test('makes nobody wait longer than an interval when the clock is set back', () => {
    const limiter = new RateLimiter(1);
    expect([limiter.take(5_000_000), limiter.take(5_000_000)]).toEqual([0, 1000]);
    expect([limiter.take(1000), limiter.take(2000)]).toEqual([1000, 0]);
  });
});

test('the dispatcher begins no more sends a second than ratePerSecond, also with many places', async () => {
  const world = aWorld({ ratePerSecond: 2, concurrency: 16, batchSize: 16, drain: true });
  await world.enqueue(12);
  await world.start();
  await world.clock.advance(10_000);
  const starts = world.sender.calls.map((call) => call.at - (world.sender.calls[0]?.at ?? 0));
  expect(starts).toEqual(Array.from({ length: 12 }, (_, index) => index * 500));
  await world.stopped();
});

test('a stop leaves no places taken: after the next start a send begins as soon as the limit allows', async () => {
  const world = aWorld({ ratePerSecond: 1, concurrency: 32, batchSize: 32, drain: true });
  await world.enqueue(40);
  await world.start();
  await world.clock.advance(1000);
  expect(world.sender.calls).toHaveLength(2);
  await world.stopped();
  expect(world.clock.sleepers).toBe(0);
  await world.start();
  await world.clock.advance(1000);
  expect(world.sender.calls).toHaveLength(3);
  await world.stopped();
});

test('what waits for the limit takes no place, and is released at once when the breaker opens', async () => {
  const world = aWorld({
    ratePerSecond: 1,
    concurrency: 4,
    batchSize: 8,
    breaker: { failureThreshold: 1, cooldownMs: 10_000 },
  });
  await world.enqueue(8);
  const calls = new OpenCalls();
  world.sender.next(calls.answer).always(ACCEPTED);
  await world.start();
  expect(world.dispatcher.status()).toMatchObject({ inFlight: 1, leased: 2 });
  calls.finish(HTTP_500);
  await world.settle();
  expect(world.dispatcher.status()).toMatchObject({ inFlight: 0, leased: 0 });
  await world.stopped();
});
