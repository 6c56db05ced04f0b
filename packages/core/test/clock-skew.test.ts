import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from './support/builders.ts';
import { ScriptedSender } from './support/scripted-sender.ts';
import { aTimedWorld } from './support/world.ts';

// The lease is 60 s, so the tolerance is 6 s.
describe('a clock that differs from the store’s', () => {
  test.for([6 * SECOND, -6 * SECOND, 0])(
    'by %i ms, a tenth of the lease or less, is let be',
    async (ahead) => {
      const world = aTimedWorld(ahead);
      const id = await world.enqueueOne();
      await world.start();
      expect(world.dispatcher.status().clockOffsetMs).toBe(0);
      expect(world.stored(id)).toMatchObject({ status: 'sent', sentAt: world.clock.now() });
      expect(world.log.of('clock.skewed')).toEqual([]);
      await world.stopped();
    },
  );

  test.for([6001, -6001, 3_600_000, -3_600_000])(
    'by %i ms makes the dispatcher work by store time',
    async (ahead) => {
      const world = aTimedWorld(ahead);
      const storeNow = world.clock.now() + ahead;
      const id = await world.enqueueOne({ sendAt: storeNow });
      let leasedUntil: number | null = null;
      world.sender.always((call) => {
        leasedUntil = world.stored(call.id).leasedUntil;
        return { kind: 'accepted' };
      });
      await world.start();
      expect(world.dispatcher.status().clockOffsetMs).toBe(ahead);
      expect(leasedUntil).toBe(storeNow + MINUTE);
      expect(world.stored(id)).toMatchObject({ status: 'sent', sentAt: storeNow });
      expect(world.log.of('clock.skewed')).toMatchObject([{ offsetMs: ahead }]);
      await world.stopped();
    },
  );

  test('does not make a fast process take over what another one is sending', async () => {
    const world = aTimedWorld(0, { batchSize: 1 });
    const slow = new ScriptedSender(() => world.clock.now(), 15_000).always(() => new Promise(() => {}));
    const first = world.join({ batchSize: 1 }, { sender: slow });
    const id = await world.enqueueOne();
    first.start();
    await world.settle();
    expect(slow.calls).toHaveLength(1);
    // Two minutes fast by its own clock; the store knows better.
    const fast = { now: () => world.clock.now() + 2 * MINUTE, sleep: world.clock.sleep.bind(world.clock) };
    const second = world.join({ batchSize: 1 }, { clock: fast });
    expect(await second.dispatchOnce()).toMatchObject({ report: { claimed: 0 } });
    expect(second.status().clockOffsetMs).toBe(-2 * MINUTE);
    expect(world.stored(id).lease).not.toBeNull();
    first.stop();
    await world.clock.advance(MINUTE);
  });

  test('is measured again when the measurement is half a lease old, and corrected when it is right again', async () => {
    const world = aTimedWorld(10 * MINUTE, { intervalMs: 10 * SECOND });
    await world.start();
    await world.clock.advance(20 * SECOND);
    expect(world.repository.count('storeNow')).toBe(1);
    world.repository.storeTime = () => world.clock.now();
    await world.clock.advance(10 * SECOND);
    expect(world.repository.count('storeNow')).toBe(2);
    expect(world.dispatcher.status().clockOffsetMs).toBe(0);
    expect(world.log.of('clock.skewed')).toMatchObject([{ offsetMs: 10 * MINUTE }, { offsetMs: 0 }]);
    await world.stopped();
  });

  test('is measured at once when it was set back', async () => {
    const world = aTimedWorld(0, { intervalMs: 10 * SECOND });
    const real = world.clock.now();
    await world.start();
    world.clock.set(real - 60 * MINUTE);
    world.repository.storeTime = () => world.clock.now() + 60 * MINUTE;
    await world.clock.advance(10 * SECOND);
    expect(world.dispatcher.status().clockOffsetMs).toBe(60 * MINUTE);
    await world.stopped();
  });

  test('lets no send begin earlier than the rate limit does when it is corrected', async () => {
    const options = { drain: true, batchSize: 1, ratePerSecond: 1, intervalMs: 100 * SECOND };
    const world = aTimedWorld(10 * MINUTE, options);
    await world.enqueue(40);
    await world.start();
    await world.clock.advance(29 * SECOND);
    // Measured again after half a lease, in the middle of the run: store time moves, the places must not.
    world.repository.storeTime = () => world.clock.now() + 10 * MINUTE + 5 * SECOND;
    const asked = world.repository.count('storeNow');
    await world.clock.advance(5 * SECOND);
    expect(world.repository.count('storeNow')).toBe(asked + 1);
    expect(world.dispatcher.status().clockOffsetMs).toBe(10 * MINUTE + 5 * SECOND);
    const gaps = world.sender.calls
      .slice(1)
      .map(({ at }, index) => at - (world.sender.calls[index]?.at ?? 0));
    expect(gaps.every((gap) => gap >= SECOND - 10)).toBe(true);
    expect(gaps).toHaveLength(34);
    await world.stopped();
  });

  test('is not told again for a change that does not matter', async () => {
    const world = aTimedWorld(10 * MINUTE, { intervalMs: 30 * SECOND });
    await world.start();
    world.repository.storeTime = () => world.clock.now() + 10 * MINUTE + SECOND;
    await world.clock.advance(30 * SECOND);
    expect(world.dispatcher.status().clockOffsetMs).toBe(10 * MINUTE + SECOND);
    expect(world.log.of('clock.skewed')).toHaveLength(1);
    await world.stopped();
  });

  test('is not judged by a measurement that took longer than it can tell', async () => {
    const world = aTimedWorld(0);
    world.repository.make('storeNow', async () => {
      const answer = world.clock.now() + 10 * SECOND;
      await world.clock.sleep(14 * SECOND);
      return answer;
    });
    await world.start();
    await world.clock.advance(14 * SECOND);
    expect(world.repository.count('storeNow')).toBe(1);
    expect(world.dispatcher.status().clockOffsetMs).toBe(0);
    await world.stopped();
  });
});

test('a store that cannot tell its time for the moment is a store that is down', async () => {
  const world = aTimedWorld(0);
  await world.enqueue(1);
  world.repository.next('storeNow', 'fails');
  await world.start();
  expect(world.log.of('store.unavailable')).toMatchObject([{ operation: 'storeNow' }]);
  expect(world.repository.count('claimDue')).toBe(0);
  await world.clock.advance(100);
  expect(await world.statuses()).toEqual({ sent: 1 });
  await world.stopped();
});
