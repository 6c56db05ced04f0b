import { describe, expect, test } from 'vitest';
import type { SendOutcome } from '../src/adapter.ts';
import { SECOND } from './support/builders.ts';
import { never, OpenCalls, untilAborted } from './support/scripted-sender.ts';
import { aWorld } from './support/world.ts';

const HOUR = 3_600_000;

describe('a sender that breaks its contract', () => {
  test('by throwing leaves an ambiguous attempt: nobody knows what it did before', async () => {
    const world = aWorld();
    world.sender.next(() => {
      throw new TypeError('a bug');
    });
    const id = await world.enqueueOne();
    await world.start();
    expect(world.stored(id)).toMatchObject({
      status: 'unsent',
      attempts: 1,
      inDoubt: true,
      reason: 'sender_failed',
    });
    expect(world.stored(id).history).toMatchObject([{ outcome: 'ambiguous', reason: 'sender_failed' }]);
    await world.stopped();
  });

  test.for<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['no kind', {}],
    ['an unknown kind', { kind: 'maybe' }],
  ])('by answering %s leaves an ambiguous attempt', async ([, rubbish]) => {
    const world = aWorld({ ambiguity: 'hold' });
    // Broken on purpose: what a sender without types may answer.
    world.sender.next(() => rubbish as unknown as SendOutcome);
    const id = await world.enqueueOne();
    await world.start();
    expect(world.stored(id)).toMatchObject({ status: 'unknown', reason: 'sender_failed' });
    await world.stopped();
  });

  test('by forgetting its time-out is aborted soon after it, and what it then says counts', async () => {
    const world = aWorld();
    world.sender.next(untilAborted);
    const id = await world.enqueueOne();
    await world.start();
    await world.clock.advance(15 * SECOND);
    expect(world.sender.calls[0]?.context.signal.aborted).toBe(false);
    await world.clock.advance(SECOND);
    expect(world.sender.calls[0]?.context.signal.aborted).toBe(true);
    expect(world.stored(id)).toMatchObject({ attempts: 1, inDoubt: true, reason: 'aborted' });
    await world.stopped();
  });

  test('by never answering at all is given up, as ambiguous, and its place is free again', async () => {
    const world = aWorld({ concurrency: 1, batchSize: 1, intervalMs: SECOND });
    world.sender.next(never);
    const [id = ''] = await world.enqueue(2);
    await world.start();
    await world.clock.advance(17 * SECOND);
    expect(world.stored(id).history).toMatchObject([{ outcome: 'ambiguous', reason: 'timeout' }]);
    expect(world.sender.contents).toEqual(['1', '2']);
    await world.stopped();
    expect(world.clock.sleepers).toBe(0);
  });

  test('answers late, after it was given up: that changes nothing', async () => {
    const world = aWorld({ ambiguity: 'hold' });
    const calls = new OpenCalls();
    world.sender.next(calls.answer);
    const id = await world.enqueueOne();
    await world.start();
    await world.clock.advance(17 * SECOND);
    calls.finish();
    await world.settle();
    expect(world.stored(id)).toMatchObject({ status: 'unknown', attempts: 1 });
    await world.stopped();
  });
});

describe('a clock that is set while sends are under way', () => {
  test('forward ends none of them', async () => {
    const world = aWorld({ ambiguity: 'hold', batchSize: 1, intervalMs: 14 * SECOND });
    const calls = new OpenCalls();
    world.sender.next({ kind: 'accepted' }).always(calls.answer);
    await world.enqueue(2);
    await world.start();
    await world.clock.advance(15 * SECOND);
    expect(calls.size).toBe(1);
    world.clock.set(world.clock.now() + HOUR);
    await world.clock.advance(10 * SECOND);
    expect(world.sender.calls.map((call) => call.context.signal.aborted)).toEqual([false, false]);
    calls.finishAll();
    await world.settle();
    expect(await world.statuses()).toEqual({ sent: 2 });
    await world.stopped();
  });

  test('back does not keep one that hangs for longer', async () => {
    const world = aWorld({ ambiguity: 'hold' });
    world.sender.next(never);
    const id = await world.enqueueOne();
    await world.start();
    await world.clock.advance(SECOND);
    world.clock.set(world.clock.now() - HOUR);
    await world.clock.advance(16 * SECOND);
    expect(world.stored(id).status).toBe('unknown');
    expect(world.stored(id).history).toMatchObject([{ durationMs: 0 }]);
    await world.stopped();
  });
});
