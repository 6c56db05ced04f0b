import { describe, expect, test } from 'vitest';
import { type DispatcherObserver, FanOutObserver, type MessagingEvent } from '../src/index.ts';
import { SECOND } from './support/builders.ts';
import type { EventLog } from './support/event-log.ts';
import { HTTP_400, HTTP_500, TIMEOUT } from './support/scripted-sender.ts';
import { aWorld, type World } from './support/world.ts';

async function everythingThatHappens(observer: DispatcherObserver | undefined): Promise<World> {
  const world = aWorld(
    { batchSize: 5, intervalMs: SECOND, breaker: { failureThreshold: 2, cooldownMs: SECOND } },
    observer === undefined ? {} : { observer },
  );
  world.sender.next({ kind: 'accepted' }, HTTP_500, HTTP_400, TIMEOUT, TIMEOUT);
  world.repository.next('settle', 'fails');
  world.sentCache.conduct = 'fails';
  await world.enqueue(8);
  await world.start();
  await world.clock.advance(60 * SECOND);
  await world.stopped();
  return world;
}

function outcome(world: World): unknown {
  return {
    sent: world.sender.contents,
    calls: world.repository.calls,
    now: world.clock.now(),
    sleepers: world.clock.sleepers,
  };
}

function toldAgain(log: EventLog): readonly string[] {
  return [
    ...log.of('message.settled').map(({ message }) => message.id),
    ...log.of('messages.released').flatMap(({ ids }) => ids),
    ...log.of('lease.lost').flatMap(({ ids }) => ids),
  ].sort();
}

describe('an observer', () => {
  test('that throws at every event changes nothing', async () => {
    const broken: DispatcherObserver = {
      observe: () => {
        throw new Error('a bug of the observer');
      },
    };
    const watched = await everythingThatHappens(broken);
    const unwatched = await everythingThatHappens({ observe: () => {} });
    expect(outcome(watched)).toEqual(outcome(unwatched));
    expect(await watched.statuses()).toEqual(await unwatched.statuses());
    expect(watched.sender.calls.length).toBeGreaterThan(8);
  });

  test('sees a message’s way in order', async () => {
    const world = aWorld({ batchSize: 1 });
    const id = await world.enqueueOne();
    await world.dispatcher.dispatchOnce();
    expect(world.log.types).toEqual([
      'batch.claimed',
      'attempt.started',
      'attempt.finished',
      'batch.settled',
      'message.settled',
    ]);
    expect(world.log.of('batch.claimed')).toMatchObject([{ count: 1, ids: [id] }]);
    expect(world.log.of('attempt.finished')).toMatchObject([
      { message: { id }, attempt: 1, outcome: { kind: 'accepted' }, durationMs: 0 },
    ]);
    expect(world.log.of('message.settled')).toMatchObject([
      { message: { id }, settlement: { kind: 'ack' }, recalled: false },
    ]);
  });

  test('tells every settlement once, and no settlement that was not stored', async () => {
    const world = await everythingThatHappens(undefined);
    const settled = world.log.of('message.settled').map((event) => event.settlement);
    const finals = settled.filter(({ kind }) => kind !== 'nack').map(({ id }) => id);
    expect(new Set(finals).size).toBe(finals.length);
    const ended = (await world.all()).filter((message) => message.status !== 'unsent');
    expect([...finals].sort()).toEqual(ended.map((message) => message.id).sort());
  });

  test('sees every claimed message again', async () => {
    const { log } = await everythingThatHappens(undefined);
    const claimed = log.of('batch.claimed').flatMap(({ count, ids }) => {
      expect(ids).toHaveLength(count);
      return ids;
    });
    expect(claimed.length).toBeGreaterThan(8);
    expect(toldAgain(log)).toEqual(claimed.sort());
  });

  test('sees every message that could not be given back before its lease ended', async () => {
    const world = aWorld({
      drain: true,
      batchSize: 5,
      concurrency: 1,
      leaseMs: 60 * SECOND,
      breaker: { failureThreshold: 1, cooldownMs: 600 * SECOND },
    });
    world.sender.always(HTTP_500);
    world.repository.make('release', 'fails');
    await world.enqueue(5);
    await world.start();
    await world.clock.advance(120 * SECOND);
    const claimed = world.log.of('batch.claimed').flatMap(({ ids }) => ids);
    expect(claimed).toHaveLength(2);
    expect(toldAgain(world.log)).toEqual(claimed.sort());
    await world.stopped();
  });

  test('may ask the dispatcher for its state during an event', async () => {
    const states: string[] = [];
    const world = aWorld();
    const watching: { observe(event: MessagingEvent): void } = {
      observe: (event) => states.push(`${event.type} ${watched.status().state}`),
    };
    const watched = world.join({}, { observer: watching });
    watched.start();
    await world.settle();
    watched.stop();
    await world.settle();
    expect(states).toEqual([
      'dispatcher.started running',
      'batch.claimed running',
      'dispatcher.draining draining',
      'dispatcher.stopped stopped',
    ]);
  });

  test('may stop the dispatcher out of any event, and start it again', async () => {
    for (const type of ['batch.claimed', 'attempt.started', 'attempt.finished', 'message.settled'] as const) {
      const world = aWorld({ batchSize: 3, concurrency: 1 });
      const stopping: DispatcherObserver = {
        observe: (event) => {
          if (event.type === type) watched.stop();
        },
      };
      const watched = world.join({ batchSize: 3, concurrency: 1 }, { observer: stopping });
      await world.enqueue(3);
      watched.start();
      await watched.whenStopped();
      expect(world.clock.sleepers).toBe(0);
      expect((await world.all()).every((message) => message.leasedUntil === null)).toBe(true);
      expect(world.sender.calls.length).toBe(type === 'batch.claimed' ? 0 : 1);
    }
  });
});

test('starting again out of dispatcher.stopped works', async () => {
  const world = aWorld();
  let starts = 0;
  const again: DispatcherObserver = {
    observe: (event) => {
      if (event.type === 'dispatcher.stopped' && starts === 0) {
        starts += 1;
        watched.start();
      }
    },
  };
  const watched = world.join({}, { observer: again });
  watched.start();
  await world.settle();
  watched.stop();
  await world.settle();
  expect(watched.status().state).toBe('running');
  watched.stop();
  await watched.whenStopped();
});

test('among several hears everything in their order, whatever the others throw', () => {
  const heard: string[] = [];
  const named = (name: string): DispatcherObserver => ({
    observe: ({ type }) => {
      heard.push(`${name} ${type}`);
      throw new Error(`a bug of ${name}`);
    },
  });
  const all = new FanOutObserver([named('first'), named('second')]);
  expect(() => all.observe({ type: 'dispatcher.started', at: 0 })).toThrow('a bug of first');
  expect(() => all.observe({ type: 'dispatcher.stopped', at: 1 })).toThrow('a bug of first');
  expect(heard).toEqual([
    'first dispatcher.started',
    'second dispatcher.started',
    'first dispatcher.stopped',
    'second dispatcher.stopped',
  ]);
});
