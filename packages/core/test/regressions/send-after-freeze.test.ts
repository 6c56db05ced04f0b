import { expect, test } from 'vitest';
import type { SendOutcome, StopSignal } from '../../src/adapter.ts';
import { aWorld } from '../support/world.ts';

test('a send that begins when a frozen process goes on is not cut off with those from before', async () => {
  const world = aWorld({ drain: true, concurrency: 2, sendTimeoutMs: 15_000 });
  const signals = new Map<string, StopSignal>();
  world.sender.always(({ id, context }) => {
    signals.set(id, context.signal);
    return new Promise<SendOutcome>(() => {});
  });
  const before = await world.enqueueOne();
  await world.start();
  expect([...signals.keys()]).toEqual([before]);
  // The machine slept: the clock has gone on, but no timer has fired yet when the next send begins.
  world.clock.set(world.clock.now() + 10_000);
  await world.clock.advance(10);
  const after = await world.enqueueOne();
  await world.settle();
  expect([...signals.keys()]).toEqual([before, after]);
  await world.clock.advance(15_490);
  expect(signals.get(before)?.aborted).toBe(true);
  expect(signals.get(after)?.aborted).toBe(false);
  await world.clock.advance(10);
  expect(signals.get(after)?.aborted).toBe(true);
});
