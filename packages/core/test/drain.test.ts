import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from './support/builders.ts';
import { OpenCalls } from './support/scripted-sender.ts';
import { aWorld } from './support/world.ts';

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
    world.repository.nextDueAt = async () => null;
    await world.start();
    await world.clock.advance(SECOND);
    expect(world.stored(id).status).toBe('unsent');
    world.dispatcher.wake();
    await world.settle();
    expect(world.stored(id).status).toBe('sent');
    await world.stopped();
  });
});
