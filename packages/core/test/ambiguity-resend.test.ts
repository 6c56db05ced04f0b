import { describe, expect, test } from 'vitest';
import { DEFAULT_RETRY_POLICY } from '../src/index.ts';
import { aStored, SECOND } from './support/builders.ts';
import { crash } from './support/crashed-holder.ts';
import { FixedRandom } from './support/fixed-random.ts';
import { ACCEPTED, HTTP_500, TIMEOUT } from './support/scripted-sender.ts';
import { aWorld } from './support/world.ts';

const SOON = { intervalMs: SECOND, retry: { ...DEFAULT_RETRY_POLICY, maxAttempts: 3, maxDelayMs: SECOND } };

describe('resend', () => {
  test('sends an ambiguous one again, later, with the same id and the next attempt', async () => {
    const world = aWorld(SOON, { random: new FixedRandom(0.5) });
    world.sender.next(TIMEOUT);
    const id = await world.enqueueOne();
    await world.start();
    expect(world.stored(id)).toMatchObject({
      status: 'unsent',
      inDoubt: true,
      attempts: 1,
      reason: 'timeout',
    });
    await world.clock.advance(2 * SECOND);
    expect(world.sender.calls.map((call) => [call.id, call.context.attempt])).toEqual([
      [id, 1],
      [id, 2],
    ]);
    expect(world.stored(id)).toMatchObject({ status: 'sent', attempts: 2, inDoubt: false });
    expect(world.stored(id).history.map((attempt) => attempt.outcome)).toEqual(['ambiguous', 'accepted']);
    await world.stopped();
  });

  test('ends in unknown when ambiguous attempts use up all there are', async () => {
    const world = aWorld(SOON);
    world.sender.always(TIMEOUT);
    const id = await world.enqueueOne();
    await world.start();
    await world.clock.advance(10 * SECOND);
    expect(world.sender.calls).toHaveLength(3);
    expect(world.stored(id)).toMatchObject({ status: 'unknown', reason: 'timeout', attempts: 3 });
    await world.stopped();
  });

  test('ends in failed when retryable attempts use up all there are', async () => {
    const world = aWorld(SOON);
    world.sender.always(HTTP_500);
    const id = await world.enqueueOne();
    await world.start();
    await world.clock.advance(10 * SECOND);
    expect(world.sender.calls).toHaveLength(3);
    expect(world.stored(id)).toMatchObject({ status: 'failed', reason: 'http_500', attempts: 3 });
    expect(world.stored(id).history).toHaveLength(3);
    await world.stopped();
  });

  test('ends in unknown, not failed, when a doubt was left and the attempts are used up at the claim', async () => {
    const world = aWorld(SOON);
    const id = await world.enqueueOne();
    world.repository.put(aStored({ ...world.stored(id), attempts: 3, inDoubt: true }));
    await world.start();
    expect(world.stored(id)).toMatchObject({ status: 'unknown', reason: 'attempts_used_up' });
    expect(world.sender.calls).toEqual([]);
    await world.stopped();
  });

  test('sends again what a crashed process had leased', async () => {
    const world = aWorld();
    const id = await world.enqueueOne();
    await crash(world, { journals: false });
    await world.start();
    expect(world.stored(id)).toMatchObject({ status: 'sent', attempts: 1, lostLeases: 1 });
    expect(world.log.of('batch.claimed')).toMatchObject([{ count: 1, interrupted: 1 }]);
    await world.stopped();
  });

  test('after five lost leases leaves it as unknown: it may be what kills the processes', async () => {
    const world = aWorld();
    const id = await world.enqueueOne();
    for (let n = 0; n < 5; n += 1) await crash(world, { journals: false, begun: true });
    expect(world.stored(id).lostLeases).toBe(4);
    await world.start();
    expect(world.sender.calls).toEqual([]);
    expect(world.stored(id)).toMatchObject({
      status: 'unknown',
      reason: 'lease_lost_too_often',
      attempts: 5,
    });
    await world.stopped();
  });

  test('after four still sends', async () => {
    const world = aWorld();
    const id = await world.enqueueOne();
    for (let n = 0; n < 4; n += 1) await crash(world, { journals: false, begun: true });
    await world.start();
    expect(world.stored(id)).toMatchObject({ status: 'sent', lostLeases: 4 });
    await world.stopped();
  });

  test('sends what was leased in any number of crashes and never begun', async () => {
    const world = aWorld({ batchSize: 3, concurrency: 3 });
    const ids = await world.enqueue(3);
    for (let n = 0; n < 50; n += 1) await crash(world, { journals: false });
    await world.start();
    await world.clock.advance(SECOND);
    for (const id of ids) expect(world.stored(id)).toMatchObject({ status: 'sent', lostLeases: 1 });
    await world.stopped();
  });

  test('does not journal', async () => {
    const world = aWorld();
    await world.enqueue(2);
    await world.start();
    expect(world.repository.count('beginAttempt')).toBe(0);
    await world.stopped();
  });
});

describe('a release', () => {
  test('changes neither attempts nor lost leases, and another dispatcher takes the message at once', async () => {
    const world = aWorld({ batchSize: 3, concurrency: 1, ambiguity: 'hold' });
    const other = world.join({ batchSize: 3 });
    world.sender.next(() => new Promise(() => {})).always(ACCEPTED);
    const ids = await world.enqueue(3);
    await world.start();
    world.dispatcher.stop();
    await world.settle();
    for (const id of ids.slice(1))
      expect(world.stored(id)).toMatchObject({ attempts: 0, lostLeases: 0, inDoubt: false });
    await other.dispatchOnce();
    expect(ids.map((id) => world.stored(id).status)).toEqual(['unsent', 'sent', 'sent']);
    await world.clock.advance(30 * SECOND);
  });
});
