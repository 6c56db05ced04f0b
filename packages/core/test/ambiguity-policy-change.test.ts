import { describe, expect, test } from 'vitest';
import type { DeliveryReconciler } from '../src/adapter.ts';
import { DEFAULT_RETRY_POLICY } from '../src/index.ts';
import { SECOND } from './support/builders.ts';
import { crash } from './support/crashed-holder.ts';
import { TIMEOUT } from './support/scripted-sender.ts';
import { aWorld } from './support/world.ts';

describe('the policy of the claimant', () => {
  test('decides about what another policy left: hold after resend', async () => {
    const world = aWorld({ retry: { ...DEFAULT_RETRY_POLICY, baseDelayMs: 0 } });
    world.sender.next(TIMEOUT);
    const id = await world.enqueueOne();
    await world.dispatcher.dispatchOnce();
    expect(world.stored(id)).toMatchObject({ status: 'unsent', inDoubt: true });
    await world.join({ ambiguity: 'hold' }).dispatchOnce();
    expect(world.stored(id).status).toBe('unknown');
    expect(world.sender.calls).toHaveLength(1);
  });

  test('reconcile after resend asks when the attempt can no longer be under way', async () => {
    const world = aWorld({ retry: { ...DEFAULT_RETRY_POLICY, baseDelayMs: 0 } });
    world.sender.next(TIMEOUT);
    const id = await world.enqueueOne();
    const sentAt = world.clock.now();
    await world.dispatcher.dispatchOnce();
    const askedAt: number[] = [];
    const reconciler: DeliveryReconciler = {
      reconcile: async () => {
        askedAt.push(world.clock.now());
        return { kind: 'delivered' };
      },
    };
    const next = world.join({ ambiguity: 'reconcile', intervalMs: SECOND }, { reconciler });
    next.start();
    await world.clock.advance(20 * SECOND);
    expect(askedAt).toEqual([sentAt + 15 * SECOND]);
    expect(world.stored(id)).toMatchObject({ status: 'sent', attempts: 1 });
    next.stop();
    await next.whenStopped();
  });

  test('resend after a journaling one sends what had begun', async () => {
    const world = aWorld();
    const id = await world.enqueueOne();
    await crash(world, { journals: true, begun: true });
    await world.dispatcher.dispatchOnce();
    expect(world.stored(id)).toMatchObject({ status: 'sent', attempts: 2 });
  });
});
