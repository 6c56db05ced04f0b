import { describe, expect, test } from 'vitest';
import { aStored, MINUTE, SECOND } from './support/builders.ts';
import { OpenCalls } from './support/scripted-sender.ts';
import { aWorld } from './support/world.ts';

describe('what a draining tick holds of a backlog', () => {
  test('is bounded when nothing is to be sent and the store takes no result', async () => {
    const world = aWorld({ drain: true, batchSize: 5, concurrency: 2, intervalMs: SECOND });
    const expiresAt = world.clock.now() + SECOND;
    await world.enqueue(300, { expiresAt });
    world.clock.set(expiresAt);
    world.repository.make('settle', 'fails');
    await world.start();
    await world.clock.advance(MINUTE / 2);
    expect(world.dispatcher.status().leased).toBeLessThanOrEqual(10);
    expect(world.repository.count('settle')).toBeLessThan(150);

    world.repository.make('settle', 'works');
    await world.clock.advance(MINUTE);
    expect(await world.statuses()).toEqual({ failed: 300 });
    await world.stopped();
  });

  test('is bounded when deliveries are recalled and the store hangs', async () => {
    const world = aWorld({ drain: true, batchSize: 5, intervalMs: SECOND, storeTimeoutMs: SECOND });
    const ids = await world.enqueue(100);
    for (const id of ids) world.repository.put(aStored({ ...world.stored(id), inDoubt: true }));
    await world.sentCache.remember(ids.map((id) => ({ id, webhookMessageId: 'w', sentAt: 1 })));
    world.repository.make('settle', 'hangs');
    await world.start();
    await world.clock.advance(MINUTE / 2);
    expect(world.dispatcher.status().leased).toBeLessThanOrEqual(10);
    world.repository.make('settle', 'works');
    await world.clock.advance(MINUTE);
    expect(await world.statuses()).toEqual({ sent: 100 });
    expect(world.sender.calls).toEqual([]);
    await world.stopped();
  });

  test('is no more than a batch ahead of the places', async () => {
    const world = aWorld({ drain: true, batchSize: 4, concurrency: 2 });
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    await world.enqueue(50);
    await world.start();
    for (let n = 0; n < 20; n += 1) {
      expect(world.dispatcher.status().leased).toBeLessThanOrEqual(2 + 4 + 3);
      calls.finish();
      await world.clock.advance(10);
    }
    calls.finishAll();
    await world.stopped();
  });
});
