import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from './support/builders.ts';
import { HTTP_500, OpenCalls } from './support/scripted-sender.ts';
import { aTimedWorld, aWorld } from './support/world.ts';

describe('ticks', () => {
  test('with the defaults two go out at once and two more after two minutes', async () => {
    const world = aWorld();
    await world.enqueue(5);
    await world.start();
    expect(world.sender.contents).toEqual(['1', '2']);
    await world.clock.advance(2 * MINUTE - 1);
    expect(world.sender.contents).toEqual(['1', '2']);
    await world.clock.advance(1);
    expect(world.sender.contents).toEqual(['1', '2', '3', '4']);
    await world.clock.advance(2 * MINUTE);
    expect(await world.statuses()).toEqual({ sent: 5 });
    await world.stopped();
    expect(world.clock.sleepers).toBe(0);
  });

  test('never overlap: one that takes longer than the interval puts the next off until its end', async () => {
    const world = aWorld({ intervalMs: SECOND });
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    await world.enqueue(4);
    await world.start();
    await world.clock.advance(10 * SECOND);
    expect(world.repository.count('claimDue')).toBe(1);
    calls.finishAll();
    await world.settle();
    expect(world.repository.count('claimDue')).toBe(2);
    calls.finishAll();
    await world.stopped();
  });

  test('begin an interval apart, however long each takes within it', async () => {
    const world = aWorld({ intervalMs: 10 * SECOND });
    const starts: number[] = [];
    world.sender.always(async (call) => {
      starts.push(call.at);
      await world.clock.sleep(4 * SECOND);
      return { kind: 'accepted' };
    });
    await world.enqueue(6);
    await world.start();
    await world.clock.advance(30 * SECOND);
    expect([...new Set(starts)].map((at) => at - (starts[0] ?? 0))).toEqual([0, 10_000, 20_000]);
    await world.stopped();
  });

  test.for([-3_600_000, 3_600_000])('keep their interval when the clock is set by %i ms', async (shift) => {
    const world = aWorld({ intervalMs: 10 * SECOND });
    await world.enqueue(4);
    await world.start();
    await world.clock.advance(5 * SECOND);
    world.clock.set(world.clock.now() + shift);
    await world.clock.advance(5 * SECOND);
    expect(world.repository.count('claimDue')).toBe(2);
    await world.stopped();
  });

  test('wait no longer than an interval for a tick during which the clock was set back', async () => {
    const world = aWorld({ intervalMs: 10 * SECOND });
    world.sender.next(() => {
      world.clock.set(world.clock.now() - 3_600_000);
      return { kind: 'accepted' };
    });
    await world.enqueue(1);
    await world.start();
    await world.clock.advance(10 * SECOND);
    expect(world.repository.count('claimDue')).toBe(2);
    await world.stopped();
  });
});

test('status tells the pace, and when the next tick is due', async () => {
  const world = aWorld({ intervalMs: 10 * SECOND });
  await world.start();
  const { clock, dispatcher } = world;
  const pace = { batchSize: 2, intervalMs: 10 * SECOND, drain: false, nextAt: clock.now() + 10 * SECOND };
  expect(dispatcher.status().pace).toEqual(pace);
  await clock.advance(3 * SECOND);
  expect(dispatcher.status().pace).toEqual(pace);
  await clock.advance(7 * SECOND);
  expect(dispatcher.status().pace?.nextAt).toBe(clock.now() + 10 * SECOND);
  await world.stopped();
  expect(dispatcher.status().pace?.nextAt).toBeNull();
});

describe('start', () => {
  test('makes the first tick at once', async () => {
    const world = aWorld();
    const id = await world.enqueueOne();
    world.dispatcher.start();
    expect(world.dispatcher.status().state).toBe('running');
    await world.settle();
    expect(world.stored(id).status).toBe('sent');
    expect(world.log.types[0]).toBe('dispatcher.started');
    await world.stopped();
  });

  test('a second time does nothing: nothing is claimed or sent earlier or twice', async () => {
    const world = aWorld();
    await world.enqueue(6);
    world.dispatcher.start();
    world.dispatcher.start();
    await world.settle();
    world.dispatcher.start();
    await world.settle();
    expect(world.sender.calls).toHaveLength(2);
    expect(world.log.of('dispatcher.started')).toHaveLength(1);
    await world.clock.advance(2 * MINUTE);
    expect(world.sender.calls).toHaveLength(4);
    await world.stopped();
  });

  test('after a stop begins again', async () => {
    const world = aWorld();
    await world.enqueue(4);
    await world.start();
    await world.stopped();
    await world.start();
    expect(world.sender.calls).toHaveLength(4);
    await world.stopped();
  });

  test('heeds a stop that an observer asks for during the event of the start', async () => {
    const world = aWorld();
    const stubborn = world.join(
      {},
      { observer: { observe: (event) => event.type === 'dispatcher.started' && stubborn.stop() } },
    );
    await world.enqueue(2);
    stubborn.start();
    await stubborn.whenStopped();
    expect(stubborn.status().state).toBe('stopped');
    expect(world.sender.calls).toEqual([]);
  });
});

test('nothing is claimed once it has stopped, also where the store was being asked for its time', async () => {
  const world = aTimedWorld(0);
  // Enqueuing asks for the store's time too, by a measurement of its own.
  await world.enqueue(2);
  world.repository.next('storeNow', async (work) => {
    await world.clock.sleep(SECOND);
    return work();
  });
  await world.start();
  world.dispatcher.stop();
  await world.clock.advance(SECOND);
  expect(world.dispatcher.status().state).toBe('stopped');
  expect(world.repository.count('claimDue')).toBe(0);
});

test('status tells when it claimed last, and what is leased and under way', async () => {
  const world = aWorld({ batchSize: 3 });
  const calls = new OpenCalls();
  world.sender.always(calls.answer);
  await world.enqueue(3);
  expect(world.dispatcher.status()).toEqual({
    state: 'stopped',
    breaker: { state: 'closed', failures: 0 },
    pausedUntil: null,
    leased: 0,
    inFlight: 0,
    lastClaimAt: null,
    storeFault: null,
    failure: null,
    clockOffsetMs: 0,
    pace: { batchSize: 3, intervalMs: 2 * MINUTE, drain: false, nextAt: null },
  });
  await world.start();
  expect(world.dispatcher.status()).toMatchObject({
    state: 'running',
    leased: 3,
    inFlight: 2,
    lastClaimAt: world.clock.now(),
  });
  calls.finishAll(HTTP_500);
  await world.settle();
  expect(world.dispatcher.status()).toMatchObject({ breaker: { failures: 2 } });
  calls.finishAll();
  await world.stopped();
});
