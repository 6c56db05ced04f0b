import { createServer } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ReceiverError } from '../src/index.ts';
import { RedisSeenStore } from '../src/redis.ts';
import { RedisWorld, skipped, titled } from './redis-world.ts';

const OPERATIONS: Readonly<Record<string, (store: RedisSeenStore) => Promise<unknown>>> = {
  begin: (store) => store.begin('a', { leaseMs: 1_000 }),
  complete: (store) => store.complete('a', 't', { keepMs: 1_000, messageId: null }),
  abandon: (store) => store.abandon('a', 't'),
};

async function faultOf(operation: Promise<unknown>): Promise<unknown> {
  return await operation.then(
    () => 'no fault',
    (fault: unknown) => fault,
  );
}

const WRONGTYPE = new ReceiverError('seen_store_unavailable', 'Redis refused a command: WRONGTYPE');

describe.skipIf(skipped !== null)(titled('RedisSeenStore on Redis'), () => {
  test('keeps one key for each id, for as long as the lease and then the memory last', async () => {
    await using world = new RedisWorld();
    const begun = await world.store.begin('a', { leaseMs: 60_000 });
    expect(await world.redis.pttl(`${world.keyPrefix}a`)).toBeGreaterThan(50_000);
    expect(await world.redis.pttl(`${world.keyPrefix}a`)).toBeLessThanOrEqual(60_000);
    if (begun.kind !== 'begun') throw new Error('it is new');
    await world.store.complete('a', begun.token, { keepMs: 600_000, messageId: 'receipt' });
    expect(await world.redis.pttl(`${world.keyPrefix}a`)).toBeGreaterThan(590_000);
    expect(await world.redis.keys(`${world.keyPrefix}*`)).toEqual([`${world.keyPrefix}a`]);
  });

  test('tells a refused command by its first word, and nothing of its values', async () => {
    await using world = new RedisWorld();
    await world.redis.hset(`${world.keyPrefix}a`, 'field', 'of somebody else');
    for (const [name, operate] of Object.entries(OPERATIONS)) {
      expect(await faultOf(operate(world.store)), name).toEqual(WRONGTYPE);
    }
  });
});

test('every operation is a fault within its time where Redis does not answer', async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  const redis = new Redis(address.port, '127.0.0.1', { enableReadyCheck: false });
  onTestFinished(() => {
    redis.disconnect();
    silent.close();
  });
  redis.on('error', () => undefined);
  const store = new RedisSeenStore(redis, { timeoutMs: 50 });
  for (const [name, operate] of Object.entries(OPERATIONS)) {
    expect(await faultOf(operate(store)), name).toEqual(
      new ReceiverError('seen_store_unavailable', 'Redis did not answer within 50 ms'),
    );
  }
});

test('takes a reply that is there to read when the process was held up until the time was over', async () => {
  const store = new RedisSeenStore(
    { eval: () => new Promise((resolve) => setImmediate(() => resolve('abandoned'))) },
    { timeoutMs: 20 },
  );
  // From here on, timers that are due fire before anything else is looked at.
  await turn();
  const abandoning = store.abandon('message-1', 'token-1');
  const end = performance.now() + 60;
  while (performance.now() < end);
  expect(await abandoning).toBeUndefined();
});

test('every operation is a fault where there is no Redis', async () => {
  // A port that is never listened on.
  const redis = new Redis(1, '127.0.0.1', { enableOfflineQueue: false });
  onTestFinished(() => redis.disconnect());
  redis.on('error', () => undefined);
  const store = new RedisSeenStore(redis);
  for (const [name, operate] of Object.entries(OPERATIONS)) {
    expect(await faultOf(operate(store)), name).toMatchObject({ code: 'seen_store_unavailable' });
  }
});

test('takes whatever has ioredis’s eval, and refuses what it does not understand', async () => {
  const calls: unknown[] = [];
  const store = new RedisSeenStore({
    eval: async (_script, ...rest) => {
      calls.push(rest);
      return 7;
    },
  });
  expect(await faultOf(store.abandon('a', 't'))).toEqual(
    new ReceiverError('seen_store_unavailable', 'Redis answered something else than a text'),
  );
  expect(calls).toEqual([[1, 'seen:a', 'Lt']]);
  expect(() => new RedisSeenStore({ eval: async () => '' }, { timeoutMs: 0 })).toThrow(/timeoutMs/);
});
