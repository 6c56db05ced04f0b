import { describe, expect, test } from 'vitest';
import type { Settlement } from '../src/adapter.ts';
import { SeededRandom } from '../src/in-memory/index.ts';
import { Dispatcher } from '../src/index.ts';
import { aForeignDocument, aStored, SECOND } from './support/builders.ts';
import { crash } from './support/crashed-holder.ts';
import { HTTP_500, TIMEOUT } from './support/scripted-sender.ts';
import { aWorld } from './support/world.ts';

describe('what was accepted', () => {
  test('is remembered before it is acked', async () => {
    const world = aWorld();
    const unknownAtSettle: string[] = [];
    world.repository.make('settle', async (work, argument) => {
      // The settlements of the call.
      const settlements = argument as readonly Settlement[];
      const known = await world.sentCache.recall(settlements.map(({ id }) => id));
      const knownIds = known.map(({ id }) => id);
      unknownAtSettle.push(...settlements.map(({ id }) => id).filter((id) => !knownIds.includes(id)));
      return work();
    });
    const ids = await world.enqueue(2);
    await world.start();
    expect(await world.statuses()).toEqual({ sent: 2 });
    expect(unknownAtSettle).toEqual([]);
    expect(world.sentCache.remembered[0]).toEqual({
      id: ids[0],
      webhookMessageId: 'hook-1',
      sentAt: world.clock.now(),
    });
    await world.stopped();
  });

  test('is all that is remembered', async () => {
    const world = aWorld({ batchSize: 2 });
    world.sender.next(HTTP_500, TIMEOUT);
    await world.enqueue(2);
    await world.start();
    expect(world.sentCache.remembered).toEqual([]);
    await world.stopped();
  });

  test('is remembered once, however often its ack has to be repeated', async () => {
    const world = aWorld();
    world.repository.next('settle', 'fails', 'fails', 'fails');
    await world.enqueue(1);
    await world.start();
    await world.clock.advance(5 * SECOND);
    expect(await world.statuses()).toEqual({ sent: 1 });
    expect(world.sentCache.remembered).toHaveLength(1);
    await world.stopped();
  });

  test('is remembered by the store itself where both settle in one transaction', async () => {
    const world = aWorld();
    world.sentCache.settlesWith = world.repository;
    const dispatcher = world.join();
    await world.enqueue(1);
    await dispatcher.dispatchOnce();
    expect(await world.statuses()).toEqual({ sent: 1 });
    expect(world.sentCache.remembered).toEqual([]);
  });
});

describe('a sent cache that fails', () => {
  test('never stops delivery, and is reported', async () => {
    const world = aWorld();
    world.sentCache.conduct = 'fails';
    await world.enqueue(2);
    await world.start();
    expect(await world.statuses()).toEqual({ sent: 2 });
    expect(world.log.of('sent_cache.unavailable')[0]).toMatchObject({
      operation: 'remember',
      error: { code: 'sent_cache_unavailable' },
    });
    await world.stopped();
  });

  test('is waited for at most 250 ms, with the result in hand', async () => {
    const world = aWorld();
    world.sentCache.conduct = 'hangs';
    await world.enqueue(1);
    await world.start();
    await world.clock.advance(249);
    expect(await world.statuses()).toEqual({ unsent: 1 });
    await world.clock.advance(1);
    expect(await world.statuses()).toEqual({ sent: 1 });
    expect(world.log.of('sent_cache.unavailable')).toMatchObject([{ operation: 'remember' }]);
    await world.stopped();
  });

  test.for(['fails', 'hangs', 'answers rubbish'] as const)(
    '(%s) keeps no claim from being made',
    async (conduct) => {
      const world = aWorld();
      world.sentCache.conduct = conduct;
      await world.enqueue(1);
      await crash(world, { journals: false });
      await world.start();
      await world.clock.advance(2 * 250);
      expect(await world.statuses()).toEqual({ sent: 1 });
      expect(world.log.of('sent_cache.unavailable')).toEqual(
        expect.arrayContaining([expect.objectContaining({ operation: 'recall' })]),
      );
      expect(world.log.of('store.unavailable')).toEqual([]);
      await world.stopped();
    },
  );
});

describe('a remembered delivery', () => {
  const record = (id: string): { id: string; webhookMessageId: string; sentAt: number } => ({
    id,
    webhookMessageId: 'earlier',
    sentAt: 42,
  });

  test.for(['resend', 'hold'] as const)(
    'of an interrupted message is acked, not repeated (%s)',
    async (ambiguity) => {
      const world = aWorld({ ambiguity });
      const id = await world.enqueueOne();
      await world.sentCache.remember([record(id)]);
      await crash(world, { journals: true, begun: true });
      expect(await world.dispatcher.dispatchOnce()).toMatchObject({
        report: { claimed: 1, recalled: 1, sent: 0 },
      });
      expect(world.sender.calls).toEqual([]);
      expect(world.stored(id)).toMatchObject({ status: 'sent', webhookMessageId: 'earlier', sentAt: 42 });
      expect(world.log.of('message.settled')).toMatchObject([
        { recalled: true, settlement: { kind: 'ack', attempt: null } },
      ]);
    },
  );

  test('of an interrupted message is acked although its holder had not journaled a beginning', async () => {
    const world = aWorld({ ambiguity: 'hold' });
    const id = await world.enqueueOne();
    await world.sentCache.remember([record(id)]);
    await crash(world, { journals: true, begun: false });
    await world.start();
    expect(world.sender.calls).toEqual([]);
    expect(world.stored(id).status).toBe('sent');
    await world.stopped();
  });

  test('of one in doubt is acked', async () => {
    const world = aWorld();
    const id = await world.enqueueOne();
    world.repository.put(aStored({ ...world.stored(id), inDoubt: true }));
    await world.sentCache.remember([record(id)]);
    await world.start();
    expect(world.sender.calls).toEqual([]);
    expect(world.stored(id).status).toBe('sent');
    await world.stopped();
  });

  test('of a document that another service wrote is acked, and others of its are sent', async () => {
    const world = aWorld();
    const [known, other] = ['65f000000000000000000001', '65f000000000000000000002'] as const;
    world.repository.put(aForeignDocument(known));
    world.repository.put(aForeignDocument(other));
    await world.sentCache.remember([record(known)]);
    await world.start();
    expect(world.sender.calls.map((call) => call.id)).toEqual([other]);
    expect([world.stored(known).status, world.stored(other).status]).toEqual(['sent', 'sent']);
    await world.stopped();
  });

  test('is not asked for where nothing could have been delivered', async () => {
    const world = aWorld();
    await world.enqueue(2);
    await world.start();
    expect(world.sentCache.recalled).toEqual([]);
    await world.stopped();
  });

  test('is recalled when the process dies between the answer and the ack', async () => {
    const world = aWorld({ leaseMs: 20 * SECOND, drainDeadlineMs: 0 });
    const id = await world.enqueueOne();
    world.repository.make('settle', 'fails');
    await world.start();
    world.dispatcher.stop();
    await world.clock.advance(30 * SECOND);
    expect(world.stored(id).status).toBe('unsent');

    world.repository.make('settle', 'works');
    await world.join().dispatchOnce();
    expect(world.stored(id).status).toBe('sent');
    expect(world.sender.calls).toHaveLength(1);
  });
});

test('a dispatcher without a sent cache delivers', async () => {
  const world = aWorld();
  const { repository, sender, clock } = world;
  const bare = new Dispatcher({ repository, sender, clock, random: new SeededRandom(9) });
  await world.enqueue(1);
  await crash(world, { journals: false });
  expect(await bare.dispatchOnce()).toMatchObject({ report: { sent: 1 } });
});
