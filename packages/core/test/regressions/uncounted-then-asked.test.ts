import { expect, test } from 'vitest';
import { DEFAULT_BREAKER_POLICY, DEFAULT_RETRY_POLICY } from '../../src/index.ts';
import { TIMEOUT } from '../support/scripted-sender.ts';
import { aWorld } from '../support/world.ts';

test('a provider is asked no sooner than the send time-out after an attempt that used up none', async () => {
  const retry = { ...DEFAULT_RETRY_POLICY, baseDelayMs: 0 };
  const breaker = { ...DEFAULT_BREAKER_POLICY, failureThreshold: 1 };
  const world = aWorld({ ambiguity: 'resend', batchSize: 2, retry, breaker });
  const asked: { readonly id: string; readonly at: number }[] = [];
  const reconciler = {
    reconcile: async ({ id }: { readonly id: string }) => {
      asked.push({ id, at: world.clock.now() });
      return { kind: 'delivered' as const };
    },
  };
  const [first, second] = await world.enqueue(2);
  world.sender.always(TIMEOUT);
  const sentAt = world.clock.now();
  // The first opens the breaker, so that the second, under way with it, is not counted.
  await world.start();
  await world.stopped();
  expect([first, second].map((id) => world.stored(id ?? '').attempts)).toEqual([1, 0]);

  const successor = world.join({ ambiguity: 'reconcile', drain: true, intervalMs: 1_000 }, { reconciler });
  successor.start();
  await world.clock.advance(20_000);
  expect(asked.map(({ id }) => id).sort()).toEqual([first, second].sort());
  for (const { at } of asked) expect(at - sentAt).toBeGreaterThanOrEqual(15_000);
  successor.stop();
  await world.settle();
});
