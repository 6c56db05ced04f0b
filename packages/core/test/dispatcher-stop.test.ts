import { describe, expect, test } from 'vitest';
import { SECOND } from './support/builders.ts';
import { HTTP_500, never, OpenCalls, untilAborted } from './support/scripted-sender.ts';
import { aWorld } from './support/world.ts';

describe('stop', () => {
  test('releases at once what has not begun, and lets what is under way finish', async () => {
    const world = aWorld({ batchSize: 5, concurrency: 2 });
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    const ids = await world.enqueue(5);
    await world.start();
    expect(world.dispatcher.status()).toMatchObject({ state: 'running', inFlight: 2, leased: 3 });

    world.dispatcher.stop();
    expect(world.dispatcher.status().state).toBe('draining');
    await world.settle();
    expect(world.dispatcher.status()).toMatchObject({ state: 'draining', inFlight: 2, leased: 2 });
    expect(ids.map((id) => world.stored(id).leasedUntil !== null)).toEqual([true, true, false, false, false]);
    expect(world.stored(ids[2] ?? '').availableAt).toBe(world.stored(ids[2] ?? '').dueAt);

    calls.finishAll();
    await world.settle();
    expect(world.dispatcher.status()).toMatchObject({ state: 'stopped', inFlight: 0, leased: 0 });
    expect(await world.statuses()).toEqual({ sent: 2, unsent: 3 });
    expect(world.log.of('dispatcher.draining')).toMatchObject([{ inFlight: 2 }]);
    expect(world.log.of('messages.released')).toMatchObject([{ ids: ids.slice(2, 3) }]);
    expect(world.log.types.at(-1)).toBe('dispatcher.stopped');
    expect(world.clock.sleepers).toBe(0);
  });

  test('claims nothing any more', async () => {
    const world = aWorld();
    await world.enqueue(6);
    await world.start();
    await world.stopped();
    await world.clock.advance(10 * 60 * SECOND);
    expect(world.sender.calls).toHaveLength(2);
    expect(world.repository.count('claimDue')).toBe(1);
  });

  test('does nothing to a dispatcher that is not running', async () => {
    const world = aWorld();
    world.dispatcher.stop();
    await world.settle();
    await world.dispatcher.whenStopped();
    expect(world.dispatcher.status().state).toBe('stopped');
    expect(world.log.events).toEqual([]);
  });

  test('does nothing when it drains already', async () => {
    const world = aWorld();
    await world.start();
    world.dispatcher.stop();
    world.dispatcher.stop();
    await world.settle();
    expect(world.log.of('dispatcher.draining')).toHaveLength(1);
    expect(world.log.of('dispatcher.stopped')).toHaveLength(1);
  });

  test('in the same turn as the start ends it before anything is claimed', async () => {
    const world = aWorld();
    await world.enqueue(2);
    world.dispatcher.start();
    world.dispatcher.stop();
    await world.settle();
    expect(world.dispatcher.status().state).toBe('stopped');
    expect(world.repository.calls).toEqual([]);
    expect(world.clock.sleepers).toBe(0);
  });

  test('ends a single dispatch too: what has not begun is released', async () => {
    const world = aWorld({ batchSize: 3, concurrency: 1 });
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    await world.enqueue(3);
    const once = world.dispatcher.dispatchOnce();
    await world.settle();
    world.dispatcher.stop();
    calls.finishAll();
    expect(await once).toMatchObject({ report: { claimed: 2, sent: 1, released: 1 } });
    await world.settle();
    expect(world.dispatcher.status().state).toBe('stopped');
  });

  test('drains within its deadline: what is cut off is ambiguous', async () => {
    const world = aWorld({ drainDeadlineMs: 5 * SECOND });
    world.sender.always(untilAborted);
    const [id = ''] = await world.enqueue(1);
    await world.start();
    world.dispatcher.stop();
    await world.clock.advance(5 * SECOND - 1);
    expect(world.dispatcher.status().state).toBe('draining');
    await world.clock.advance(1);
    await world.settle();
    expect(world.dispatcher.status().state).toBe('stopped');
    expect(world.stored(id)).toMatchObject({
      status: 'unsent',
      attempts: 1,
      inDoubt: true,
      lease: null,
    });
    expect(world.stored(id).history).toMatchObject([{ outcome: 'ambiguous' }]);
    expect(world.clock.sleepers).toBe(0);
  });

  test('under hold, what is cut off ends as unknown', async () => {
    const world = aWorld({ drainDeadlineMs: 5 * SECOND, ambiguity: 'hold' });
    world.sender.always(untilAborted);
    const id = await world.enqueueOne();
    await world.start();
    world.dispatcher.stop();
    await world.clock.advance(5 * SECOND);
    expect(world.stored(id).status).toBe('unknown');
    expect(world.dispatcher.status().state).toBe('stopped');
  });

  test('gives up a sender that ignores being cut off a moment later, as ambiguous', async () => {
    const world = aWorld({ drainDeadlineMs: 5 * SECOND });
    world.sender.always(never);
    const id = await world.enqueueOne();
    await world.start();
    world.dispatcher.stop();
    await world.clock.advance(8 * SECOND);
    expect(world.dispatcher.status().state).toBe('stopped');
    expect(world.stored(id)).toMatchObject({ inDoubt: true, attempts: 1 });
    expect(world.clock.sleepers).toBe(0);
  });

  test('gives back, uncounted, what the cut-off ended before anything was sent', async () => {
    const world = aWorld({ drainDeadlineMs: 5 * SECOND, ambiguity: 'hold' });
    world.sender.always(async (call) => {
      await untilAborted(call);
      return { kind: 'retryable', reason: 'connection_aborted' };
    });
    const id = await world.enqueueOne();
    await world.start();
    expect(world.stored(id).attempts).toBe(1);
    world.dispatcher.stop();
    await world.clock.advance(5 * SECOND);
    expect(world.stored(id)).toMatchObject({
      status: 'unsent',
      attempts: 0,
      lease: null,
      inDoubt: false,
    });
  });

  test('does not count for the breaker what it cut off itself', async () => {
    const world = aWorld({ drainDeadlineMs: 0, breaker: { failureThreshold: 1, cooldownMs: 30 * SECOND } });
    world.sender.always(untilAborted);
    await world.enqueue(2);
    await world.start();
    await world.stopped();
    expect(world.dispatcher.status().breaker).toEqual({ state: 'closed', failures: 0 });
  });

  test('wakes what waits for its place under the rate limit and releases it', async () => {
    const world = aWorld({ ratePerSecond: 0.01, batchSize: 4, concurrency: 3 });
    await world.enqueue(4);
    await world.start();
    expect(world.sender.calls).toHaveLength(1);
    await world.stopped();
    expect(await world.statuses()).toEqual({ sent: 1, unsent: 3 });
    expect((await world.all()).map((message) => message.leasedUntil)).toEqual([null, null, null, null]);
    expect(world.clock.sleepers).toBe(0);
  });

  test('releases what a claim brings that was under way', async () => {
    const world = aWorld();
    world.repository.next('claimDue', async (work) => {
      await world.clock.sleep(SECOND);
      return work();
    });
    await world.enqueue(2);
    world.dispatcher.start();
    await world.settle();
    world.dispatcher.stop();
    await world.clock.advance(SECOND);
    expect(world.sender.calls).toEqual([]);
    expect((await world.all()).map((message) => message.leasedUntil)).toEqual([null, null]);
    expect(world.dispatcher.status().state).toBe('stopped');
  });

  test('resolves whenStopped for everyone who waits, once everything has ended', async () => {
    const world = aWorld();
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    await world.enqueue(1);
    await world.start();
    let ended = 0;
    const waiters = [1, 2].map(() => world.dispatcher.whenStopped().then(() => (ended += 1)));
    world.dispatcher.stop();
    await world.settle();
    expect(ended).toBe(0);
    calls.finishAll(HTTP_500);
    await world.settle();
    await Promise.all(waiters);
    expect(ended).toBe(2);
  });
});

describe('start while draining', () => {
  test('starts again when the drain has ended', async () => {
    const world = aWorld();
    const calls = new OpenCalls();
    world.sender.next(calls.answer, calls.answer);
    await world.enqueue(4);
    await world.start();
    world.dispatcher.stop();
    world.dispatcher.start();
    expect(world.dispatcher.status().state).toBe('draining');
    calls.finishAll();
    await world.settle();
    expect(world.dispatcher.status().state).toBe('running');
    expect(world.sender.calls).toHaveLength(4);
    expect(world.log.types.filter((type) => type.startsWith('dispatcher.'))).toEqual([
      'dispatcher.started',
      'dispatcher.draining',
      'dispatcher.stopped',
      'dispatcher.started',
    ]);
    await world.stopped();
  });

  test('is taken back by another stop', async () => {
    const world = aWorld();
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    await world.enqueue(4);
    await world.start();
    world.dispatcher.stop();
    world.dispatcher.start();
    world.dispatcher.stop();
    calls.finishAll();
    await world.settle();
    expect(world.dispatcher.status().state).toBe('stopped');
    expect(world.sender.calls).toHaveLength(2);
  });
});
