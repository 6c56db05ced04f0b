import { expect, test } from 'vitest';
import { DEFAULT_RETRY_POLICY } from '../../src/index.ts';
import { TIMEOUT } from '../support/scripted-sender.ts';
import { aWorld, type WorldOptions } from '../support/world.ts';

const OPTIONS: WorldOptions = {
  ambiguity: 'reconcile',
  leaseMs: 20_000,
  sendTimeoutMs: 15_000,
  intervalMs: 1_000,
  concurrency: 1,
  batchSize: 3,
  retry: { ...DEFAULT_RETRY_POLICY, baseDelayMs: 0 },
};

test('the provider is asked only while the lease lasts as long as its answer may take', async () => {
  const leftWhenAsked: number[] = [];
  const world = aWorld(OPTIONS, {
    reconciler: {
      reconcile: async (message) => {
        leftWhenAsked.push((world.stored(message.id).leasedUntil ?? 0) - world.clock.now());
        // As slow as it may be: the next one waits in the queue meanwhile.
        await world.clock.sleep(14_000);
        return { kind: 'delivered' };
      },
    },
  });
  await world.enqueue(3);
  world.sender.next(TIMEOUT, TIMEOUT, TIMEOUT);
  await world.start();
  await world.clock.advance(120_000);
  expect(leftWhenAsked).toHaveLength(3);
  for (const leftMs of leftWhenAsked) expect(leftMs).toBeGreaterThanOrEqual(15_000);
  expect(await world.statuses()).toEqual({ sent: 3 });
  await world.stopped();
});
