import { StoreUnavailableError } from '@messaging-system/core';
import { describe, expect, test } from 'vitest';
import { SECOND } from './support/builders.ts';
import { OpenCalls } from './support/scripted-sender.ts';
import { aWorld } from './support/world.ts';

const FAST = { drain: true, batchSize: 2, concurrency: 2, intervalMs: 60 * SECOND } as const;

describe('a stop for every process', () => {
  test('is obeyed by every dispatcher 2 s later, and each goes on 2 s after it was ended', async () => {
    const world = aWorld(FAST);
    const other = world.join(FAST);
    await world.start();
    other.start();
    await world.settle();
    await world.repository.stopDelivery({ at: world.clock.now(), by: 'ops' });
    await world.clock.advance(2 * SECOND);
    await world.enqueue(20);
    world.dispatcher.wake();
    other.wake();
    await world.clock.advance(600 * SECOND);
    expect(world.sender.calls).toHaveLength(0);
    expect(await world.statuses()).toEqual({ unsent: 20 });
    expect(other.status().state).toBe('running');

    await world.repository.resumeDelivery();
    await world.clock.advance(2 * SECOND);
    await world.settle();
    expect(await world.statuses()).toEqual({ sent: 20 });
    expect(world.sender.calls).toHaveLength(20);
    other.stop();
    await other.whenStopped();
    await world.stopped();
  });

  test('holds back a dispatcher that starts while it stands, and single batches', async () => {
    const world = aWorld(FAST);
    await world.repository.stopDelivery({ at: 1, by: 'ops' });
    await world.enqueue(2);
    await world.start();
    expect(world.sender.calls).toHaveLength(0);
    expect(await world.dispatcher.dispatchOnce()).toEqual({
      kind: 'paused',
      reason: 'delivery is stopped for all servers by ops',
      until: world.clock.now() + 2 * SECOND,
    });
    await world.stopped();
  });

  test('lets what is being sent finish', async () => {
    const world = aWorld(FAST);
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    await world.enqueue(2);
    await world.start();
    expect(world.sender.calls).toHaveLength(2);
    await world.repository.stopDelivery({ at: world.clock.now(), by: null });
    await world.clock.advance(5 * SECOND);
    calls.finishAll();
    await world.settle();
    expect(await world.statuses()).toEqual({ sent: 2 });
    await world.stopped();
  });

  test('that cannot be read holds back claims until it can', async () => {
    const world = aWorld(FAST);
    let isAway = true;
    const read = world.repository.deliveryStop.bind(world.repository);
    world.repository.deliveryStop = async () => {
      if (isAway) throw new StoreUnavailableError('away');
      return read();
    };
    await world.enqueue(2);
    await world.start();
    expect(world.sender.calls).toHaveLength(0);
    expect(world.dispatcher.status().storeFault).toBe('store_unavailable');
    isAway = false;
    await world.clock.advance(60 * SECOND);
    expect(await world.statuses()).toEqual({ sent: 2 });
    await world.stopped();
  });

  test('is asked for no more than once in 2 s, however much is claimed', async () => {
    const world = aWorld(FAST);
    let asked = 0;
    world.repository.deliveryStop = async () => {
      asked += 1;
      return null;
    };
    await world.enqueue(50);
    await world.start();
    await world.until(async () => (await world.repository.counts()).sent.count === 50);
    expect(asked).toBe(1);
    await world.stopped();
  });
});
