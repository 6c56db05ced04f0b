import { describe, expect, test } from 'vitest';
import { aStored, MINUTE, SECOND } from './support/builders.ts';
import { crash } from './support/crashed-holder.ts';
import { OpenCalls, TIMEOUT } from './support/scripted-sender.ts';
import { aWorld } from './support/world.ts';

const HOLD = { ambiguity: 'hold' } as const;

describe('hold', () => {
  test('an error after the request was written never resends silently: unknown, until an operator decides', async () => {
    const world = aWorld({ ...HOLD, intervalMs: SECOND });
    world.sender.next(TIMEOUT);
    const id = await world.enqueueOne();
    await world.start();
    await world.clock.advance(60 * MINUTE);
    expect(world.sender.calls).toHaveLength(1);
    expect(world.stored(id)).toMatchObject({ status: 'unknown', reason: 'timeout', attempts: 1 });

    await world.messages.redrive([id]);
    await world.clock.advance(SECOND);
    expect(world.stored(id)).toMatchObject({ status: 'sent', attempts: 1 });
    expect(world.stored(id).history.map((attempt) => attempt.outcome)).toEqual(['ambiguous', 'accepted']);
    await world.stopped();
  });

  test('sends nothing without a journaled beginning', async () => {
    const world = aWorld({ ...HOLD, batchSize: 5, concurrency: 5 });
    const begunWhenSent: (number | null)[] = [];
    world.sender.always((call) => {
      begunWhenSent.push(world.stored(call.id).lease?.begunAt ?? null);
      return { kind: 'accepted' };
    });
    await world.enqueue(5);
    await world.start();
    expect(begunWhenSent).toHaveLength(5);
    expect(begunWhenSent).not.toContain(null);
    expect((await world.all()).map((message) => message.attempts)).toEqual([1, 1, 1, 1, 1]);
    await world.stopped();
  });

  test('journals those that begin together in one call', async () => {
    const world = aWorld({ ...HOLD, batchSize: 8, concurrency: 8 });
    await world.enqueue(8);
    await world.start();
    expect(world.repository.count('beginAttempt')).toBe(1);
    expect(await world.statuses()).toEqual({ sent: 8 });
    await world.stopped();
  });

  test('does not send what the journal says somebody else holds', async () => {
    const world = aWorld(HOLD);
    const [first = '', second = ''] = await world.enqueue(2);
    world.repository.next('beginAttempt', async () => ({ held: [second], stale: [first] }));
    const result = await world.dispatcher.dispatchOnce();
    expect(world.sender.calls.map((call) => call.id)).toEqual([second]);
    expect(result).toMatchObject({ report: { claimed: 2, sent: 1, lost: 1 } });
    expect(world.log.of('lease.lost')).toMatchObject([{ ids: [first], during: 'begin' }]);
  });

  test('sends what was interrupted before it had begun', async () => {
    const world = aWorld(HOLD);
    const id = await world.enqueueOne();
    await crash(world, { journals: true, begun: false });
    await world.start();
    expect(world.stored(id)).toMatchObject({ status: 'sent', attempts: 1, lostLeases: 0 });
    await world.stopped();
  });

  test('holds what was interrupted after it had begun', async () => {
    const world = aWorld(HOLD);
    const id = await world.enqueueOne();
    await crash(world, { journals: true, begun: true });
    await world.start();
    expect(world.sender.calls).toEqual([]);
    expect(world.stored(id)).toMatchObject({ status: 'unknown', reason: 'outcome_unknown', attempts: 1 });
    await world.stopped();
  });

  test('holds what a process lost that did not journal: it may have begun', async () => {
    const world = aWorld(HOLD);
    const id = await world.enqueueOne();
    await crash(world, { journals: false });
    await world.start();
    expect(world.sender.calls).toEqual([]);
    expect(world.stored(id)).toMatchObject({ status: 'unknown', reason: 'outcome_unknown' });
    await world.stopped();
  });

  test('waits for its journal while the store is down, and sends nothing meanwhile', async () => {
    const world = aWorld(HOLD);
    await world.enqueue(2);
    world.repository.make('beginAttempt', 'fails');
    await world.start();
    await world.clock.advance(10 * SECOND);
    expect(world.sender.calls).toEqual([]);
    expect(world.repository.count('beginAttempt')).toBeLessThan(15);
    world.repository.make('beginAttempt', 'works');
    await world.clock.advance(5 * SECOND);
    expect(await world.statuses()).toEqual({ sent: 2 });
    await world.stopped();
  });

  test('gives back what could not be journaled before the lease ran out', async () => {
    const world = aWorld({ ...HOLD, leaseMs: 20 * SECOND });
    const [id = ''] = await world.enqueue(1);
    world.repository.make('beginAttempt', 'fails');
    const once = world.dispatcher.dispatchOnce();
    await world.clock.advance(30 * SECOND);
    expect(await once).toMatchObject({ report: { claimed: 1, released: 1 } });
    expect(world.stored(id)).toMatchObject({ lease: null, attempts: 0, inDoubt: false });
  });

  test('begins once although the answer of the journal was lost', async () => {
    const world = aWorld(HOLD);
    const id = await world.enqueueOne();
    world.repository.next('beginAttempt', 'loses answer');
    await world.start();
    await world.clock.advance(SECOND);
    expect(world.stored(id)).toMatchObject({ status: 'sent', attempts: 1 });
    expect(world.sender.calls).toHaveLength(1);
    await world.stopped();
  });

  test('journals one that comes while another journal call is under way', async () => {
    const world = aWorld({ ...HOLD, concurrency: 2, ratePerSecond: 1 });
    world.repository.make('beginAttempt', async (work) => {
      await world.clock.sleep(3 * SECOND);
      return work();
    });
    await world.enqueue(2);
    await world.start();
    await world.clock.advance(7 * SECOND);
    expect(await world.statuses()).toEqual({ sent: 2 });
    expect(world.repository.count('beginAttempt')).toBe(2);
    await world.stopped();
  });

  test('a stop between the journal and the send takes the beginning back', async () => {
    const world = aWorld(HOLD);
    const id = await world.enqueueOne();
    world.repository.next('beginAttempt', async (work) => {
      const result = await work();
      world.dispatcher.stop();
      return result;
    });
    await world.start();
    expect(world.sender.calls).toEqual([]);
    expect(world.stored(id)).toMatchObject({ attempts: 0, lease: null, inDoubt: false });
    expect(world.dispatcher.status().state).toBe('stopped');
  });

  test('a probe that ends as ambiguous is held too', async () => {
    const world = aWorld({
      ...HOLD,
      breaker: { failureThreshold: 1, cooldownMs: SECOND },
      intervalMs: SECOND,
    });
    world.sender.always(TIMEOUT);
    await world.enqueue(3);
    await world.start();
    await world.clock.advance(10 * SECOND);
    expect(await world.statuses()).toEqual({ unknown: 3 });
    expect(world.sender.calls).toHaveLength(3);
    await world.stopped();
  });

  test('keeps a late answer from changing what an operator has decided meanwhile', async () => {
    const world = aWorld(HOLD);
    const calls = new OpenCalls();
    world.sender.next(calls.answer);
    const id = await world.enqueueOne();
    await world.start();
    world.repository.put(aStored({ ...world.stored(id), status: 'unknown', lease: null, leasedUntil: null }));
    calls.finish();
    await world.settle();
    expect(world.stored(id).status).toBe('unknown');
    await world.stopped();
  });
});
