import { describe, expect, test } from 'vitest';
import type { DeliveryReconciler, MessageRepository, SendOutcome } from '../src/adapter.ts';
import { BrokenAdapterError } from '../src/index.ts';
import { SECOND } from './support/builders.ts';
import { crash } from './support/crashed-holder.ts';
import type { StoreOperation } from './support/faulty-repository.ts';
import { HTTP_500, never, OpenCalls } from './support/scripted-sender.ts';
import { aTimedWorld, aWorld, type World } from './support/world.ts';

type Method = StoreOperation | 'nextDueAt' | 'watch';

const BUG = new TypeError('x is not a function');

/** The behaviour of a method with a bug. */
const BUGS: Readonly<Record<string, () => unknown>> = {
  'throws a TypeError': () => {
    throw BUG;
  },
  'rejects with a TypeError': () => Promise.reject(BUG),
  'answers undefined': async () => undefined,
  'answers a text': async () => 'what?',
  'answers for none of the ids': async () => ({ held: [], stale: [] }),
};

/** The step that makes the dispatcher call the method. */
const CALLS: Readonly<Record<Method, (world: World) => Promise<void>>> = {
  claimDue: (world) => world.start(),
  beginAttempt: (world) => world.start(),
  settle: (world) => world.start(),
  storeNow: (world) => world.start(),
  deliveryStop: (world) => world.start(),
  watch: (world) => world.start(),
  nextDueAt: (world) => world.start(),
  extendLease: async (world) => {
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    await world.start();
    // The next ones have waited so long that their lease no longer suffices.
    await world.clock.advance(5 * SECOND);
    calls.finish();
    await world.clock.advance(SECOND);
  },
  release: async (world) => {
    world.sender.always(never);
    await world.start();
    world.dispatcher.stop();
    await world.settle();
  },
};

function brokenWorld(): World {
  return aTimedWorld(0, {
    ambiguity: 'hold',
    batchSize: 4,
    concurrency: 1,
    drain: true,
    drainDeadlineMs: 0,
    leaseMs: 15_100,
  });
}

/** Whether an event has the error, and the status says what was being done. */
function isTold(world: World, during: string): void {
  const told = world.log.events.filter((event) => 'error' in event);
  expect(told.length).toBeGreaterThan(0);
  for (const { error } of told) expect(error).toBeInstanceOf(TypeError);
  expect(world.dispatcher.status().failure).toMatchObject({ during, error: 'TypeError' });
}

describe.each(Object.keys(CALLS) as readonly Method[])('a repository whose %s has a bug', (method) => {
  // A watch answers how to end it, and may answer nothing at all.
  const bugs = Object.entries(BUGS).filter(([name]) => method !== 'watch' || name === 'throws a TypeError');

  test.each(bugs)('and %s is reported by an event and by the status', async (_name, bug) => {
    const world = brokenWorld();
    await world.enqueue(4);
    const broken: Partial<MessageRepository> = { [method]: bug };
    Object.assign(world.repository, broken);
    await CALLS[method](world);
    isTold(world, method);
    world.dispatcher.stop();
    await world.clock.advance(10 * SECOND);
    expect(world.dispatcher.status().state).toBe('stopped');
  });
});

describe('a sender with a bug', () => {
  const outcomes: Readonly<Record<string, unknown>> = {
    ...BUGS,
    'answers no reason': async () => ({ kind: 'retryable' }),
    'answers a number for an id': async () => ({ kind: 'accepted', webhookMessageId: 7 }),
  };

  test.each(Object.entries(outcomes))(
    'that %s is reported, and the outcome is ambiguous',
    async (_name, send) => {
      const world = aWorld();
      Object.assign(world.sender, { send });
      const id = await world.enqueueOne();
      await world.start();
      isTold(world, 'send');
      expect(world.log.of('dispatcher.failed')).toHaveLength(1);
      expect(world.stored(id)).toMatchObject({ inDoubt: true, reason: 'sender_failed' });
      await world.stopped();
    },
  );
});

test('an error of the embedding app inside the sender is reported, and the message is tried again', async () => {
  const world = aWorld();
  world.sender.always({ kind: 'retryable', reason: 'hook_failed', error: BUG });
  const id = await world.enqueueOne();
  await world.start();
  isTold(world, 'send');
  expect(world.log.of('dispatcher.failed')[0]).toMatchObject({ error: BUG });
  expect(world.stored(id)).toMatchObject({ status: 'unsent', reason: 'hook_failed' });
  await world.stopped();
});

test('a bug that Messages found for the code of a sender is reported', async () => {
  const world = aWorld();
  const bug = new BrokenAdapterError('findById of the repository answered undefined');
  Object.assign(world.sender, { send: () => Promise.reject(bug) });
  await world.enqueueOne();
  await world.start();
  expect(world.log.of('dispatcher.failed')).toMatchObject([{ during: 'send', error: bug }]);
  expect(world.dispatcher.status().failure).toMatchObject({ during: 'send' });
  await world.stopped();
});

describe('a sent cache with a bug', () => {
  test.each(['remember', 'recall'] as const)('in %s is reported, and delivery goes on', async (method) => {
    const world = aWorld();
    Object.assign(world.sentCache, { [method]: BUGS['throws a TypeError'] });
    const id = await world.enqueueOne();
    await crash(world, { journals: false });
    await world.start();
    isTold(world, method);
    expect(world.stored(id).status).toBe('sent');
    await world.stopped();
  });
});

describe('a sent cache whose recall has the wrong shape', () => {
  const sentAt = 1_000;
  const answers: Readonly<Record<string, (id: string) => unknown>> = {
    undefined: () => undefined,
    null: () => null,
    'a text': () => 'what?',
    'a list of null': () => [null],
    'a list of undefined': () => [undefined],
    'a record without an id of the receiver': (id) => [{ id, sentAt }],
    'a record whose id of the receiver is a number': (id) => [{ id, webhookMessageId: 7, sentAt }],
    'a record without a time': (id) => [{ id, webhookMessageId: 'w', sentAt: Number.NaN }],
  };

  test.each(Object.entries(answers))('(%s) is reported, and proves no delivery', async (_name, answer) => {
    const world = aWorld();
    const id = await world.enqueueOne();
    Object.assign(world.sentCache, { recall: async () => answer(id) });
    await crash(world, { journals: false });
    await world.start();
    isTold(world, 'recall');
    expect(world.sender.calls).toHaveLength(1);
    await world.stopped();
  });
});

test('a store that gives null for its time is reported, and moves no time', async () => {
  const world = brokenWorld();
  await world.enqueue(1);
  Object.assign(world.repository, { storeNow: async () => null });
  await world.start();
  isTold(world, 'storeNow');
  expect(world.log.of('clock.skewed')).toEqual([]);
  world.dispatcher.stop();
  await world.clock.advance(10 * SECOND);
});

test.each([
  ['rejects', () => Promise.reject(BUG)],
  ['answers undefined', async () => undefined],
  ['names a number for an id', async () => ({ kind: 'delivered', webhookMessageId: 7 })],
  ['names no time for one', async () => ({ kind: 'delivered', sentAt: Number.NaN })],
])('a reconciler with a bug is reported: it %s', async (_name, answer) => {
  // The behaviour of a reconciler without types.
  const reconcile = answer as DeliveryReconciler['reconcile'];
  const world = aWorld({ ambiguity: 'reconcile' }, { reconciler: { reconcile } });
  await world.enqueueOne();
  await crash(world, { journals: true, begun: true });
  await world.start();
  isTold(world, 'reconcile');
  await world.stopped();
});

test('a chance that fails after a send is reported, and the place is given back', async () => {
  const random = { next: BUGS['throws a TypeError'] as () => number, token: () => 'token' };
  const world = aWorld({ concurrency: 1 }, { random });
  world.sender.always(HTTP_500);
  await world.enqueueOne();
  await world.start();
  isTold(world, 'deliver');
  expect(world.dispatcher.status().inFlight).toBe(0);
  await world.stopped();
});

test('an observer that throws is reported by the status, and changes nothing', async () => {
  const world = aWorld({}, { observer: { observe: BUGS['throws a TypeError'] as () => void } });
  const id = await world.enqueueOne();
  await world.start();
  expect(world.stored(id).status).toBe('sent');
  expect(world.dispatcher.status().failure).toMatchObject({ during: 'observe', error: 'TypeError' });
  world.dispatcher.stop();
  await world.settle();
});

test('a start forgets the failure of before', async () => {
  const world = aWorld();
  world.sender.next((): SendOutcome => {
    throw BUG;
  });
  await world.enqueueOne();
  await world.start();
  expect(world.dispatcher.status().failure).not.toBeNull();
  await world.stopped();
  await world.start();
  expect(world.dispatcher.status().failure).toBeNull();
  await world.stopped();
});

test('a runtime that is too old is refused at once, with what it lacks', () => {
  const { withResolvers } = Promise;
  try {
    Reflect.set(Promise, 'withResolvers', undefined);
    expect(() => aWorld()).toThrow(/lacks Promise\.withResolvers; use Node\.js 24/);
  } finally {
    Reflect.set(Promise, 'withResolvers', withResolvers);
  }
});
