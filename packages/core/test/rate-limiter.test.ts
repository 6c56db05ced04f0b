import { describe, expect, test } from 'vitest';
import { RateLimiter } from '../src/index.ts';
import { aWorld } from './support/world.ts';

describe('RateLimiter', () => {
  test('makes nobody wait when there is no limit', () => {
    const limiter = new RateLimiter(null);
    expect([limiter.reserve(0), limiter.reserve(0), limiter.reserve(0)]).toEqual([0, 0, 0]);
  });

  test('gives places a steady distance, however many are asked for at once', () => {
    const limiter = new RateLimiter(2);
    const waits = Array.from({ length: 20 }, () => limiter.reserve(1000));
    expect(waits).toEqual(Array.from({ length: 20 }, (_, index) => index * 500));
  });

  test('saves nothing up while nobody asks', () => {
    const limiter = new RateLimiter(1);
    expect(limiter.reserve(0)).toBe(0);
    expect([limiter.reserve(60_000), limiter.reserve(60_000)]).toEqual([0, 1000]);
  });

  test('keeps the queue as it is when the clock is set back', () => {
    const limiter = new RateLimiter(1);
    expect([limiter.reserve(5_000_000), limiter.reserve(5_000_000)]).toEqual([0, 1000]);
    expect([limiter.reserve(1000), limiter.reserve(1000)]).toEqual([2000, 3000]);
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
