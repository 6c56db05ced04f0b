import { describe, expect, test } from 'vitest';
import { DEFAULT_RETRY_POLICY } from '../../src/index.ts';
import { MINUTE, SECOND } from '../support/builders.ts';
import { crash } from '../support/crashed-holder.ts';
import { HTTP_400, HTTP_500, OpenCalls, TIMEOUT, untilAborted } from '../support/scripted-sender.ts';
import { aWorld } from '../support/world.ts';

// Failures that users of comparable projects reported.
describe('what others got wrong', () => {
  test('a completed message is never claimed again', async () => {
    const world = aWorld({ intervalMs: SECOND });
    const ids = await world.enqueue(2);
    await world.start();
    await world.clock.advance(24 * 60 * SECOND);
    expect(world.sender.calls).toHaveLength(2);
    const now = world.clock.now() + 365 * 24 * 3_600_000;
    const claimed = await world.repository.claimDue({
      now,
      leasedUntil: now + 1,
      leaseToken: 'late',
      journals: false,
      limit: 100,
    });
    expect(claimed).toEqual([]);
    expect(ids.map((id) => world.stored(id).status)).toEqual(['sent', 'sent']);
    await world.stopped();
  });

  test('what another owner holds is not handled', async () => {
    const world = aWorld();
    const other = world.join();
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    const ids = await world.enqueue(2);
    await world.start();
    expect(await other.dispatchOnce()).toMatchObject({ report: { claimed: 0 } });
    expect(await world.messages.cancel(ids)).toMatchObject([{ kind: 'in_flight' }, { kind: 'in_flight' }]);
    calls.finishAll();
    await world.stopped();
  });

  test('a stale owner cannot complete a message', async () => {
    const world = aWorld({ batchSize: 1 });
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    const id = await world.enqueueOne();
    const frozen = world.dispatcher.dispatchOnce();
    await world.settle();
    // It is frozen for longer than its lease; another one takes over and is refused. Nobody knows what the first one did.
    world.clock.set(world.clock.now() + 2 * MINUTE);
    const second = world.join({ batchSize: 1 }).dispatchOnce();
    await world.settle();
    expect(calls.size).toBe(2);
    calls.finish();
    await world.settle();
    expect(await frozen).toMatchObject({ report: { sent: 0, lost: 1 } });
    expect(world.stored(id).status).toBe('unsent');
    calls.finish(HTTP_400);
    await world.settle();
    expect(await second).toMatchObject({ report: { unknown: 1 } });
    expect(world.stored(id).status).toBe('unknown');
  });

  test('a store that comes back is used again without a restart', async () => {
    const world = aWorld({ intervalMs: SECOND });
    await world.start();
    world.repository.makeAll('hangs');
    await world.enqueue(2);
    await world.clock.advance(5 * MINUTE);
    world.repository.makeAll('works');
    await world.clock.advance(MINUTE);
    expect(await world.statuses()).toEqual({ sent: 2 });
    await world.stopped();
  });

  test('an error after the request was written never resends silently', async () => {
    const world = aWorld({ ambiguity: 'hold', intervalMs: SECOND });
    world.sender.always(TIMEOUT);
    const ids = await world.enqueue(2);
    await world.start();
    await world.clock.advance(20 * MINUTE);
    expect(world.sender.calls).toHaveLength(2);
    expect(ids.map((id) => world.stored(id).status)).toEqual(['unknown', 'unknown']);
    await world.stopped();
  });

  test('a second manual replay really sends', async () => {
    const world = aWorld({ intervalMs: SECOND, retry: { ...DEFAULT_RETRY_POLICY, maxAttempts: 1 } });
    world.sender.always(HTTP_500);
    const id = await world.enqueueOne();
    await world.start();
    for (let replay = 1; replay <= 3; replay += 1) {
      expect(world.stored(id).status).toBe('failed');
      expect(world.sender.calls).toHaveLength(replay);
      expect(await world.messages.redrive([id])).toMatchObject([{ kind: 'redriven' }]);
      await world.clock.advance(SECOND);
    }
    expect(world.sender.calls).toHaveLength(4);
    world.sender.always({ kind: 'accepted' });
    await world.messages.redrive([id]);
    await world.clock.advance(SECOND);
    expect(world.stored(id)).toMatchObject({ status: 'sent', attempts: 1 });
    expect(world.stored(id).history).toHaveLength(5);
    await world.stopped();
  });

  test('a replay sends although the sent cache remembers an earlier delivery', async () => {
    const world = aWorld({ ambiguity: 'hold' });
    const id = await world.enqueueOne();
    await crash(world, { journals: true, begun: true });
    await world.dispatcher.dispatchOnce();
    expect(world.stored(id).status).toBe('unknown');
    // The answer of the crashed process arrives in the cache after all.
    await world.sentCache.remember([{ id, webhookMessageId: 'w', sentAt: 42 }]);
    await world.messages.redrive([id]);
    await crash(world, { journals: true, begun: false });
    await world.dispatcher.dispatchOnce();
    expect(world.sender.calls).toHaveLength(1);
    expect(world.stored(id)).toMatchObject({ status: 'sent', webhookMessageId: 'hook-1' });
  });

  test('a name that does not resolve is tried again', async () => {
    const world = aWorld({ intervalMs: SECOND, retry: { ...DEFAULT_RETRY_POLICY, maxDelayMs: SECOND } });
    world.sender.next({ kind: 'retryable', reason: 'dns_failed' });
    const id = await world.enqueueOne();
    await world.start();
    expect(world.stored(id)).toMatchObject({ status: 'unsent', inDoubt: false, reason: 'dns_failed' });
    await world.clock.advance(2 * SECOND);
    expect(world.stored(id).status).toBe('sent');
    await world.stopped();
  });

  test('a stop drains within its deadline', async () => {
    const world = aWorld({ batchSize: 10, concurrency: 4, drainDeadlineMs: 5 * SECOND });
    world.sender.always(untilAborted);
    await world.enqueue(10);
    await world.start();
    const from = world.clock.now();
    let took = Number.NaN;
    void world.dispatcher.whenStopped().then(() => {
      took = world.clock.now() - from;
    });
    world.dispatcher.stop();
    await world.clock.advance(MINUTE / 2);
    expect(took).toBe(5 * SECOND);
    expect(world.clock.sleepers).toBe(0);
  });
});
