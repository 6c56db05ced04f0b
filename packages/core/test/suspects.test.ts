import { describe, expect, test } from 'vitest';
import { SECOND } from './support/builders.ts';
import { crash } from './support/crashed-holder.ts';
import { OpenCalls } from './support/scripted-sender.ts';
import { aWorld } from './support/world.ts';

const TOGETHER = { drain: true, batchSize: 10, concurrency: 6, intervalMs: SECOND };

describe('messages that have lost a lease', () => {
  test.for(['resend', 'reconcile'] as const)('are sent one at a time, and alone (%s)', async (ambiguity) => {
    const reconciler = { reconcile: async () => ({ kind: 'absent' as const }) };
    const world = aWorld({ ...TOGETHER, ambiguity }, { reconciler });
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    const suspects = await world.enqueue(3);
    await crash(world, { journals: false });
    const fresh = await world.enqueue(4);
    await world.start();
    await world.clock.advance(5 * SECOND);
    expect(world.sender.calls.map(({ id }) => id)).toEqual(fresh);
    calls.finishAll();
    await world.settle();
    for (const [index, suspect] of suspects.entries()) {
      await world.clock.advance(SECOND);
      expect(world.sender.calls.slice(4 + index).map(({ id }) => id)).toEqual([suspect]);
      expect(world.stored(suspect).lease?.begunAt ?? null, 'it is journaled').not.toBeNull();
      await world.enqueueOne();
      await world.clock.advance(2 * SECOND);
      expect(world.dispatcher.status(), 'nothing else is claimed meanwhile').toMatchObject({
        inFlight: 1,
        leased: 3 - index,
      });
      calls.finish();
      await world.settle();
    }
    await world.clock.advance(SECOND);
    expect(world.sender.calls, 'then others follow').toHaveLength(4 + 3 + 3);
    calls.finishAll();
    await world.stopped();
  });

  test('are given back together with the others when the dispatcher stops', async () => {
    const world = aWorld(TOGETHER);
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    const suspects = await world.enqueue(3);
    await crash(world, { journals: false });
    await world.start();
    expect(world.sender.calls).toHaveLength(1);
    world.dispatcher.stop();
    await world.settle();
    expect(world.log.of('messages.released')).toMatchObject([{ ids: suspects.slice(1) }]);
    calls.finishAll();
    await world.stopped();
  });

  test('can be cancelled and erased while they wait, and are not sent then', async () => {
    const world = aWorld(TOGETHER);
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    const [first = '', second = '', third = ''] = await world.enqueue(3);
    await crash(world, { journals: false });
    await world.start();
    expect(world.sender.calls.map(({ id }) => id)).toEqual([first]);
    const [one, two] = await world.repository.cancel([first, second], world.clock.now());
    expect([one?.kind, two?.kind]).toEqual(['in_flight', 'cancelled']);
    expect(await world.repository.erase(world.stored(third).phoneNumber, 10)).toMatchObject({
      erasedIds: expect.arrayContaining([third]),
      inFlightIds: [first],
    });
    calls.finishAll();
    await world.clock.advance(20 * SECOND);
    expect(world.sender.calls.map(({ id }) => id)).toEqual([first]);
    await world.stopped();
  });
});
