import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from './support/builders.ts';
import { FixedRandom } from './support/fixed-random.ts';
import { HTTP_500, OpenCalls, TIMEOUT } from './support/scripted-sender.ts';
import { aWorld } from './support/world.ts';

const DRAIN = { drain: true, intervalMs: 10 * MINUTE } as const;

describe('a dispatcher that drains', () => {
  test('sends at sendAt, not at the next interval', async () => {
    const world = aWorld(DRAIN);
    const sendAt = world.clock.now() + 7 * SECOND;
    await world.enqueueOne({ sendAt });
    await world.start();
    await world.clock.advance(7 * SECOND - 1);
    expect(world.sender.calls).toEqual([]);
    await world.clock.advance(1);
    expect(world.sender.calls.map(({ at }) => at)).toEqual([sendAt]);
    await world.stopped();
  });

  test('retries when the retry is due, also where the outcome came after the tick', async () => {
    const world = aWorld(DRAIN, { random: new FixedRandom(0.5) });
    const calls = new OpenCalls();
    world.sender.next(calls.answer, TIMEOUT);
    const id = await world.enqueueOne();
    await world.start();
    await world.clock.advance(3 * SECOND);
    calls.finish(HTTP_500);
    await world.settle();
    const first = world.stored(id).availableAt ?? 0;
    await world.clock.advance(first - world.clock.now());
    expect(world.sender.calls).toHaveLength(2);
    const second = world.stored(id).availableAt ?? 0;
    await world.clock.advance(second - world.clock.now());
    expect(world.stored(id).status).toBe('sent');
    await world.stopped();
  });

  test('settles what expires when it expires', async () => {
    const world = aWorld(DRAIN, { random: new FixedRandom(0.9999) });
    world.sender.always({ kind: 'retryable', reason: 'http_500', retryAfterMs: 3_600_000 });
    const expiresAt = world.clock.now() + 20 * SECOND;
    const id = await world.enqueueOne({ expiresAt });
    await world.start();
    expect(world.stored(id).availableAt).toBe(expiresAt);
    await world.clock.advance(20 * SECOND);
    expect(world.stored(id)).toMatchObject({ status: 'failed', reason: 'expired', settledAt: expiresAt });
    await world.stopped();
  });

  test('asks a store that always has something due no more often than its interval', async () => {
    const world = aWorld(DRAIN);
    world.repository.nextDueAt = async () => 0;
    await world.start();
    await world.clock.advance(9 * MINUTE);
    expect(world.repository.count('claimDue')).toBe(1);
    await world.stopped();
  });
});

test('a dispatcher that does not drain keeps its pace', async () => {
  const world = aWorld({ drain: false, intervalMs: MINUTE });
  await world.enqueueOne({ sendAt: world.clock.now() + SECOND });
  await world.start();
  await world.clock.advance(MINUTE - 1);
  expect(world.sender.calls).toEqual([]);
  await world.clock.advance(1);
  expect(world.sender.calls).toHaveLength(1);
  await world.stopped();
});

describe('an instant before 2001', () => {
  test.for(['sendAt', 'expiresAt'] as const)('is refused as %s: it is in seconds', async (field) => {
    const world = aWorld();
    const seconds = Math.floor(world.clock.now() / 1000) + 3600;
    const result = await world.messages.enqueue({
      phoneNumber: '+905551111111',
      content: 'x',
      [field]: seconds,
    });
    expect(result).toEqual({
      kind: 'invalid',
      problems: [
        {
          index: 0,
          field,
          problem: 'must not be before 2001-01-01; instants are epoch milliseconds, not seconds',
        },
      ],
    });
  });
});
