import { describe, expect, test } from 'vitest';
import { StoreUnavailableError } from '../src/index.ts';
import { MINUTE } from './support/builders.ts';
import { HTTP_500, OpenCalls } from './support/scripted-sender.ts';
import { aWorld } from './support/world.ts';

describe('dispatchOnce', () => {
  test('delivers one batch of a dispatcher that was never started and reports it', async () => {
    const world = aWorld({ batchSize: 3 });
    await world.enqueue(4);
    world.sender.next({ kind: 'accepted' }, HTTP_500);
    expect(await world.dispatcher.dispatchOnce()).toEqual({
      kind: 'dispatched',
      report: { claimed: 3, sent: 2, recalled: 0, retried: 1, failed: 0, unknown: 0, released: 0, lost: 0 },
    });
    expect(await world.statuses()).toEqual({ sent: 2, unsent: 2 });
    expect(world.dispatcher.status().state).toBe('stopped');
  });

  test('reports nothing when nothing is due', async () => {
    const world = aWorld();
    expect(await world.dispatcher.dispatchOnce()).toMatchObject({
      kind: 'dispatched',
      report: { claimed: 0 },
    });
  });

  test('leaves no timer behind and tells no start and no stop', async () => {
    const world = aWorld();
    await world.enqueue(2);
    await world.dispatcher.dispatchOnce();
    await world.settle();
    expect(world.clock.sleepers).toBe(0);
    expect(world.log.types.filter((type) => type.startsWith('dispatcher.'))).toEqual([]);
    await world.dispatcher.whenStopped();
  });

  test('can be called again in the very moment in which the last one ended', async () => {
    const world = aWorld({ batchSize: 1 });
    await world.enqueue(20);
    for (let n = 1; n <= 20; n += 1) {
      const result = await world.dispatcher.dispatchOnce();
      expect(result).toMatchObject({ kind: 'dispatched', report: { sent: 1 } });
    }
    expect(await world.statuses()).toEqual({ sent: 20 });
  });

  // The end of a run takes some turns; whatever comes in any of them belongs to the next run.
  test.for(Array.from({ length: 30 }, (_, turns) => turns))(
    'a start %i turns after it ended runs on',
    async (turns) => {
      const world = aWorld({ batchSize: 1 });
      await world.enqueue(3);
      await world.dispatcher.dispatchOnce();
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      world.dispatcher.start();
      await world.settle();
      expect(world.dispatcher.status().state).toBe('running');
      await world.clock.advance(2 * MINUTE);
      expect(world.sender.contents).toEqual(['1', '2', '3']);
      await world.stopped();
      expect(world.clock.sleepers).toBe(0);
    },
  );

  // The first one's end, and the second one's claim, meet in every way that they can.
  test.for(Array.from({ length: 30 }, (_, turns) => turns))(
    'stores what it claims %i turns after another one ended',
    async (turns) => {
      const world = aWorld({ batchSize: 1 });
      const calls = new OpenCalls();
      const claimed = Promise.withResolvers<void>();
      world.sender.next(calls.answer);
      await world.enqueue(2);
      const first = world.dispatcher.dispatchOnce();
      await world.until(() => calls.size === 1);
      world.repository.next('claimDue', async (work) => {
        await claimed.promise;
        return work();
      });
      const second = world.dispatcher.dispatchOnce();
      calls.finish();
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      claimed.resolve();
      expect(await Promise.all([first, second])).toMatchObject([
        { report: { sent: 1 } },
        { report: { sent: 1 } },
      ]);
      expect(await world.statuses()).toEqual({ sent: 2 });
    },
  );

  test('is busy while a tick has a batch under way, and claims nothing', async () => {
    const world = aWorld();
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    await world.enqueue(4);
    await world.start();
    expect(await world.dispatcher.dispatchOnce()).toEqual({ kind: 'busy' });
    expect(world.repository.count('claimDue')).toBe(1);
    calls.finishAll();
    await world.stopped();
  });

  test('is busy while the dispatcher drains', async () => {
    const world = aWorld();
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    await world.enqueue(4);
    await world.start();
    world.dispatcher.stop();
    expect(await world.dispatcher.dispatchOnce()).toEqual({ kind: 'busy' });
    calls.finishAll();
    await world.stopped();
  });

  test('delivers between two ticks, and the next tick comes when it would have', async () => {
    const world = aWorld();
    await world.enqueue(6);
    await world.start();
    await world.clock.advance(MINUTE);
    expect(await world.dispatcher.dispatchOnce()).toMatchObject({ kind: 'dispatched', report: { sent: 2 } });
    await world.clock.advance(MINUTE - 1);
    expect(world.sender.calls).toHaveLength(4);
    await world.clock.advance(1);
    expect(world.sender.calls).toHaveLength(6);
    await world.stopped();
  });

  test('makes a tick wait for its claim, so that claims never overlap', async () => {
    const world = aWorld();
    let claiming = 0;
    let most = 0;
    world.repository.make('claimDue', async (work) => {
      claiming += 1;
      most = Math.max(most, claiming);
      await world.clock.sleep(1000);
      claiming -= 1;
      return work();
    });
    await world.enqueue(8);
    const once = world.dispatcher.dispatchOnce();
    world.dispatcher.start();
    await world.clock.advance(5000);
    await once;
    expect(world.sender.calls).toHaveLength(4);
    expect(most).toBe(1);
    await world.stopped();
  });

  test('says that it is paused, why and until when, and claims nothing', async () => {
    const world = aWorld({ breaker: { failureThreshold: 1, cooldownMs: 30_000 } });
    world.sender.always(HTTP_500);
    await world.enqueue(4);
    await world.dispatcher.dispatchOnce();
    const openedAt = world.clock.now();
    expect(await world.dispatcher.dispatchOnce()).toEqual({
      kind: 'paused',
      reason: 'http_500',
      until: openedAt + 30_000,
    });
    expect(world.repository.count('claimDue')).toBe(1);
  });

  test('throws what the store throws when it cannot be claimed from', async () => {
    const world = aWorld();
    world.repository.next('claimDue', 'fails');
    await expect(world.dispatcher.dispatchOnce()).rejects.toBeInstanceOf(StoreUnavailableError);
    await world.enqueue(1);
    expect(await world.dispatcher.dispatchOnce()).toMatchObject({ report: { sent: 1 } });
  });
});
