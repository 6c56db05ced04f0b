import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from './support/builders.ts';
import { ACCEPTED, OpenCalls } from './support/scripted-sender.ts';
import { aWorld } from './support/world.ts';

describe('a settle', () => {
  test('whose answer was lost is known for what it is when it is repeated, and nothing is sent again', async () => {
    const world = aWorld({ intervalMs: SECOND });
    world.repository.next('settle', 'loses answer');
    const ids = await world.enqueue(2);
    await world.start();
    await world.clock.advance(3 * MINUTE);
    expect(world.sender.calls).toHaveLength(2);
    expect(ids.map((id) => [world.stored(id).status, world.stored(id).attempts])).toEqual([
      ['sent', 1],
      ['sent', 1],
    ]);
    expect(world.log.of('lease.lost')).toEqual([]);
    await world.stopped();
  });

  test('that the store refuses for one message does not keep the others of its batch from being stored', async () => {
    const world = aWorld({ batchSize: 5, concurrency: 5 });
    const ids = await world.enqueue(5);
    const poison = ids[2] ?? '';
    world.repository.make('settle', async (work, argument) => {
      // The settlements of the call.
      const settlements = argument as readonly { readonly id: string }[];
      if (settlements.some(({ id }) => id === poison)) throw new Error('document failed validation');
      return work();
    });
    await world.start();
    await world.clock.advance(10 * SECOND);
    expect(await world.statuses()).toEqual({ sent: 4, unsent: 1 });
    expect(world.stored(poison).status).toBe('unsent');
    world.repository.make('settle', 'works');
    await world.clock.advance(5 * SECOND);
    expect(world.stored(poison).status).toBe('sent');
    await world.stopped();
  });

  test('gathers what finishes within a few milliseconds', async () => {
    const world = aWorld({ batchSize: 10, concurrency: 10 });
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    await world.enqueue(10);
    await world.start();
    for (let n = 0; n < 4; n += 1) {
      calls.finish();
      await world.clock.advance(1);
    }
    expect(world.repository.count('settle')).toBe(0);
    await world.clock.advance(5);
    expect(world.repository.count('settle')).toBe(1);
    expect(world.log.of('batch.settled')).toMatchObject([{ count: 4 }]);
    calls.finishAll();
    await world.settle();
    expect(await world.statuses()).toEqual({ sent: 10 });
    await world.stopped();
  });

  test('that takes long does not keep the places from being sent from: the next is stored meanwhile', async () => {
    // With so short a time-out, a whole batch can begin soon and is claimed at once.
    const world = aWorld({ batchSize: 40, concurrency: 16, sendTimeoutMs: 100 });
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    const slow: PromiseWithResolvers<void>[] = [];
    world.repository.make('settle', async (work) => {
      const answer = Promise.withResolvers<void>();
      slow.push(answer);
      await answer.promise;
      return work();
    });
    await world.enqueue(40);
    await world.start();
    const finish = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n += 1) calls.finish();
      await world.settle();
    };
    await finish(8);
    await finish(4);
    expect(
      slow,
      'while a quarter of the places is being sent from, the rest waits for the first',
    ).toHaveLength(1);
    await finish(1);
    expect(slow, 'a quarter of the places waits, and less is being sent').toHaveLength(2);
    slow[1]?.resolve();
    await world.settle();
    expect(calls.size, 'the places of the second are free again').toBe(8);
    await finish(5);
    expect(slow).toHaveLength(3);

    world.repository.make('settle', 'works');
    for (const { resolve } of slow) resolve();
    calls.finishAll();
    world.sender.always(ACCEPTED);
    await world.clock.advance(SECOND);
    expect(await world.statuses()).toEqual({ sent: 40 });
    await world.stopped();
  });

  test('of messages that need no send is given to the store in at most two batches at a time', async () => {
    const world = aWorld({ batchSize: 40, concurrency: 16, sendTimeoutMs: 100 });
    let open = 0;
    let most = 0;
    const goOn = Promise.withResolvers<void>();
    world.repository.make('settle', async (work) => {
      open += 1;
      most = Math.max(most, open);
      await goOn.promise;
      open -= 1;
      return work();
    });
    const expiresAt = world.clock.now() + SECOND;
    await world.enqueue(40, { expiresAt });
    world.clock.set(expiresAt);
    await world.start();
    goOn.resolve();
    await world.clock.advance(SECOND);
    expect(await world.statuses()).toEqual({ failed: 40 });
    expect(most).toBe(2);
    expect(world.repository.count('settle')).toBe(3);
    await world.stopped();
  });
});

test('a release whose answer was lost is over: the message is another one’s, and nothing is sent', async () => {
  const world = aWorld({ batchSize: 2, concurrency: 1, ratePerSecond: 0.001 });
  world.repository.next('release', 'loses answer');
  await world.enqueue(2);
  await world.start();
  world.dispatcher.stop();
  await world.clock.advance(SECOND);
  expect(world.dispatcher.status()).toMatchObject({ state: 'stopped', leased: 0 });
  expect(world.sender.calls).toHaveLength(1);
});

test('what cannot be released waits for the end of its lease', async () => {
  const world = aWorld({
    batchSize: 2,
    concurrency: 1,
    leaseMs: 20 * SECOND,
    breaker: { failureThreshold: 1, cooldownMs: 10 * MINUTE },
  });
  world.sender.always({ kind: 'retryable', reason: 'http_500' });
  world.repository.make('release', 'fails');
  await world.enqueue(2);
  const once = world.dispatcher.dispatchOnce();
  await world.clock.advance(30 * SECOND);
  expect(await once).toMatchObject({ report: { claimed: 2, retried: 1, released: 0, lost: 1 } });
});
