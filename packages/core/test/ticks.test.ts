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

  test('heeds a stop that an observer asks for while it is told of the start', async () => {
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

describe('drain', () => {
  const DRAIN = { drain: true, batchSize: 2, concurrency: 2 };

  test('claims on until nothing is due, and waits an interval then', async () => {
    const world = aWorld(DRAIN);
    await world.enqueue(25);
    world.dispatcher.start();
    await world.until(async () => (await world.statuses()).sent === 25);
    await world.settle();
    const claims = world.repository.count('claimDue');
    expect(world.dispatcher.status()).toMatchObject({ inFlight: 0, leased: 0 });
    await world.clock.advance(2 * MINUTE - 1);
    expect(world.repository.count('claimDue')).toBe(claims);
    await world.clock.advance(1);
    expect(world.repository.count('claimDue')).toBe(claims + 1);
    await world.stopped();
  });

  test('keeps every place busy while there is something to send', async () => {
    const world = aWorld({ ...DRAIN, concurrency: 3 });
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    await world.enqueue(20);
    await world.start();
    for (let sent = 0; sent < 17; sent += 1) {
      expect(calls.size).toBe(3);
      calls.finish();
      await world.clock.advance(10);
    }
    calls.finishAll();
    await world.stopped();
  });

  test('claims no more than a batch ahead of what the places can take', async () => {
    const world = aWorld({ ...DRAIN, batchSize: 4, concurrency: 2 });
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    await world.enqueue(50);
    await world.start();
    expect(world.dispatcher.status().leased).toBeLessThanOrEqual(2 + 4 + 3);
    await world.clock.advance(MINUTE / 2);
    expect(world.dispatcher.status().leased).toBeLessThanOrEqual(2 + 4 + 3);
    calls.finishAll();
    await world.stopped();
  });

  test('is woken by the store when something is enqueued', async () => {
    const world = aWorld(DRAIN);
    await world.start();
    const id = await world.enqueueOne();
    await world.settle();
    expect(world.stored(id).status).toBe('sent');
    await world.stopped();
  });

  test('keeps a wake that comes while it claims', async () => {
    const world = aWorld(DRAIN);
    world.repository.next('claimDue', async (work) => {
      const claimed = await work();
      await world.clock.sleep(SECOND);
      return claimed;
    });
    await world.start();
    const id = await world.enqueueOne();
    await world.clock.advance(SECOND);
    expect(world.stored(id).status).toBe('sent');
    await world.stopped();
  });

  test('ends its watch when it stops', async () => {
    const world = aWorld(DRAIN);
    await world.start();
    await world.stopped();
    const claims = world.repository.calls.length;
    await world.enqueue(2);
    await world.settle();
    expect(world.repository.calls).toHaveLength(claims);
  });

  test('polls a store whose watch throws, and one that cannot end it', async () => {
    const broken = aWorld(DRAIN);
    broken.repository.watch = () => {
      throw new Error('no change streams here');
    };
    const stuck = aWorld(DRAIN);
    stuck.repository.watch = () => () => Promise.reject(new Error('gone'));
    for (const world of [broken, stuck]) {
      await world.enqueue(2);
      await world.start();
      expect(await world.statuses()).toEqual({ sent: 2 });
      await world.stopped();
    }
  });
});

describe('wake', () => {
  test('without drain changes nothing: the interval is the interval', async () => {
    const world = aWorld();
    await world.start();
    await world.enqueue(2);
    world.dispatcher.wake();
    await world.settle();
    expect(world.sender.calls).toEqual([]);
    await world.stopped();
  });

  test('with drain makes the next tick at once', async () => {
    const world = aWorld({ drain: true });
    const id = await world.enqueueOne({ sendAt: world.clock.now() + SECOND });
    await world.start();
    await world.clock.advance(SECOND);
    expect(world.stored(id).status).toBe('unsent');
    world.dispatcher.wake();
    await world.settle();
    expect(world.stored(id).status).toBe('sent');
    await world.stopped();
  });
});

test('nothing is claimed once it has stopped, also where the store was being asked for its time', async () => {
  const world = aTimedWorld(0);
  world.repository.next('storeNow', async (work) => {
    await world.clock.sleep(SECOND);
    return work();
  });
  await world.enqueue(2);
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
    clockOffsetMs: 0,
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
