import { describe, expect, test } from 'vitest';
import { ClaimRoom } from '../src/dispatch/claim-room.ts';
import { SECOND } from './support/builders.ts';
import { ACCEPTED, OpenCalls } from './support/scripted-sender.ts';
import { aWorld } from './support/world.ts';

const OPTIONS = { batchSize: 100, concurrency: 10, ratePerSecond: null, sendTimeoutMs: 15_000 };
const IDLE = { inPlaces: 0, waiting: 0, settling: 0 };

describe('the room for a claim', () => {
  test('is the free places and one more, until a message has left its place', () => {
    const room = new ClaimRoom(OPTIONS);
    expect(room.limit(IDLE)).toBe(11);
    expect(room.limit({ ...IDLE, inPlaces: 10, waiting: 1 })).toBe(0);
  });

  test('is what can begin within a quarter of a second, by how long messages keep their places', () => {
    const room = new ClaimRoom(OPTIONS);
    room.left(100);
    expect(room.limit({ ...IDLE, inPlaces: 10 })).toBe(25);
    expect(room.limit({ ...IDLE, inPlaces: 10, waiting: 20 }), 'a claim of five is not worth it yet').toBe(0);
    for (let n = 0; n < 50; n += 1) room.left(10_000);
    expect(room.limit({ ...IDLE, inPlaces: 10 })).toBe(1);
  });

  test('is never more than a batch, and less than two wait', () => {
    const room = new ClaimRoom(OPTIONS);
    room.left(0);
    expect(room.limit({ ...IDLE, inPlaces: 10 })).toBe(100);
    expect(room.limit({ ...IDLE, inPlaces: 10, waiting: 99 })).toBe(100);
    expect(room.limit({ ...IDLE, inPlaces: 10, waiting: 100 })).toBe(0);
    expect(room.limit({ ...IDLE, settling: 100 }), 'what is settled without a send counts too').toBe(0);
  });

  test.for([
    [1, 1],
    [0.1, 1],
    [40, 10],
    [4_000, 100],
  ] as const)('at %d a second is %d', ([ratePerSecond, expected]) => {
    const room = new ClaimRoom({ ...OPTIONS, ratePerSecond });
    room.left(0);
    expect(room.limit(IDLE)).toBe(expected);
  });
});

test('with a rate of 1 a second and a batch of 100 all but two of 150 messages can be cancelled', async () => {
  const world = aWorld({ drain: true, batchSize: 100, concurrency: 10, ratePerSecond: 1 });
  const calls = new OpenCalls();
  world.sender.always(calls.answer);
  const ids = await world.enqueue(150);
  await world.start();
  const results = await world.repository.cancel(ids, world.clock.now());
  expect(results.filter(({ kind }) => kind === 'in_flight')).toHaveLength(2);
  world.sender.always(ACCEPTED);
  calls.finishAll();
  await world.clock.advance(5 * SECOND);
  await world.stopped();
});

test('a second dispatcher gets its share although the first is limited to 1 a second', async () => {
  const world = aWorld({
    drain: true,
    batchSize: 100,
    concurrency: 10,
    ratePerSecond: 1,
    intervalMs: SECOND,
  });
  const other = world.join({
    drain: true,
    batchSize: 100,
    concurrency: 10,
    ratePerSecond: 1,
    intervalMs: SECOND,
  });
  await world.enqueue(20);
  await world.start();
  other.start();
  await world.clock.advance(10 * SECOND);
  expect(world.sender.calls.length, 'each has sent ten').toBeGreaterThanOrEqual(19);
  other.stop();
  await world.stopped();
});
