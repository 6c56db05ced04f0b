import { setImmediate as turn } from 'node:timers/promises';
import { InvalidOptionsError, SentCacheUnavailableError } from '@messaging-system/core';
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RedisSentCache, type RedisSentCacheOptions } from '../src/index.ts';
import { aPrefix, connect, plainClient, redisUri, removeAll, skipped, titled } from './redis.ts';
import { startProxy } from './tcp-proxy.ts';

const ID = '6955b9000102030405000001';
const RECORD = { id: ID, webhookMessageId: 'receiver-id-1', sentAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678) };

test('options that make no sense are refused, all of them', () => {
  const redis = new Redis({ lazyConnect: true });
  expect(() => new RedisSentCache(redis, { ttlMs: 0.5, timeoutMs: 0 })).toThrow(
    new InvalidOptionsError([
      'ttlMs must be a whole number from 1, is 0.5',
      'timeoutMs must be a whole number from 1, is 0',
    ]),
  );
});

describe.skipIf(skipped !== null)(titled('RedisSentCache on Redis'), () => {
  function open(options: RedisSentCacheOptions = {}) {
    const redis = plainClient();
    const keyPrefix = aPrefix();
    onTestFinished(async () => {
      await removeAll(redis, keyPrefix);
      redis.disconnect();
    });
    return { redis, keyPrefix, cache: new RedisSentCache(connect(), { keyPrefix, ...options }) };
  }

  test('writes what the Go service writes: its key, its value, 24 hours', async () => {
    const { redis, keyPrefix, cache } = open();
    await cache.remember([RECORD, { ...RECORD, id: 'b', webhookMessageId: null }]);
    expect(await redis.get(keyPrefix + ID)).toBe(
      '{"messageId":"receiver-id-1","sentAt":"2026-01-02T03:04:05.678Z"}',
    );
    expect(await redis.get(`${keyPrefix}b`)).toBe('{"messageId":"","sentAt":"2026-01-02T03:04:05.678Z"}');
    const left = await redis.pttl(keyPrefix + ID);
    expect(left).toBeGreaterThan(86_390_000);
    expect(left).toBeLessThanOrEqual(86_400_000);
  });

  test('uses the bare id as the key by default', async () => {
    const { redis, keyPrefix: id } = open();
    await new RedisSentCache(connect()).remember([{ ...RECORD, id }]);
    expect(await redis.exists(id)).toBe(1);
  });

  test.each([
    ['seconds', '2026-01-02T03:04:05Z', Date.UTC(2026, 0, 2, 3, 4, 5)],
    ['nanoseconds', '2026-01-02T03:04:05.123456789Z', Date.UTC(2026, 0, 2, 3, 4, 5, 123)],
    ['a time zone', '2026-01-02T06:04:05.5+03:00', Date.UTC(2026, 0, 2, 3, 4, 5, 500)],
    ['its zero time', '0001-01-01T00:00:00Z', -62_135_596_800_000],
  ])('reads a value of the Go service with %s', async (_what, sentAt, at) => {
    const { redis, keyPrefix, cache } = open();
    await redis.set(keyPrefix + ID, JSON.stringify({ messageId: 'm', sentAt }));
    expect(await cache.recall([ID])).toEqual([{ id: ID, webhookMessageId: 'm', sentAt: at }]);
  });

  test.each([
    '',
    'OK',
    'null',
    '[]',
    '{}',
    '{"messageId":"m"}',
    '{"messageId":7,"sentAt":"2026-01-02T03:04:05Z"}',
  ])('takes %j for no record and recalls the others', async (value) => {
    const { redis, keyPrefix, cache } = open();
    await cache.remember([RECORD]);
    await redis.set(`${keyPrefix}broken`, value);
    expect(await cache.recall(['broken', ID])).toEqual([RECORD]);
  });

  test('takes a key of another type for no record, recalls the others and overwrites it', async () => {
    const { redis, keyPrefix, cache } = open();
    await cache.remember([RECORD]);
    await redis.lpush(`${keyPrefix}list`, 'a');
    expect(await cache.recall(['list', ID])).toEqual([RECORD]);
    await cache.remember([{ ...RECORD, id: 'list' }]);
    expect(await cache.recall(['list'])).toEqual([{ ...RECORD, id: 'list' }]);
  });

  test('works with a key prefix of the client', async () => {
    const { redis, keyPrefix } = open();
    const cache = new RedisSentCache(connect({ keyPrefix: `${keyPrefix}client:` }), { keyPrefix: 'own:' });
    await cache.remember([RECORD]);
    expect(await redis.exists(`${keyPrefix}client:own:${ID}`)).toBe(1);
    expect(await cache.recall([ID])).toEqual([RECORD]);
    await cache.forget([ID]);
    expect(await redis.exists(`${keyPrefix}client:own:${ID}`)).toBe(0);
  });

  test('serves the first call of a process, made while the client still connects', async () => {
    const eager = connect();
    expect(eager.status).toBe('connecting');
    expect(await new RedisSentCache(eager).recall([aPrefix()])).toEqual([]);
    const lazy = connect({ lazyConnect: true });
    const cache = new RedisSentCache(lazy);
    const own = lazy.listenerCount('ready');
    const recalls = Array.from({ length: 20 }, () => cache.recall([aPrefix()]));
    expect(lazy.listenerCount('ready')).toBe(own + 1);
    expect(await Promise.all(recalls)).toEqual(recalls.map(() => []));
    expect(lazy.listenerCount('ready')).toBe(own);
    expect(lazy.listenerCount('end')).toBe(0);
  });

  test('fails with the word of an error reply, and repeats nothing of the command', async () => {
    const { redis } = open();
    const user = aPrefix();
    await redis.call('ACL', 'SETUSER', user, 'on', '>s3cret', '~*', '+ping', '+hello', '+info', '+client');
    onTestFinished(async () => {
      const admin = plainClient();
      await admin.call('ACL', 'DELUSER', user);
      admin.disconnect();
    });
    const cache = new RedisSentCache(connect({ username: user, password: 's3cret' }));
    for (const operation of [cache.remember([RECORD]), cache.recall([ID]), cache.forget([ID])]) {
      const fault = await faultOf(operation);
      expect(fault).toEqual(
        new SentCacheUnavailableError('Redis refused a command: NOPERM', { reason: 'NOPERM' }),
      );
      expect(JSON.stringify(fault, Object.getOwnPropertyNames(fault))).not.toMatch(/s3cret|receiver-id-1/);
    }
  });

  test('fails when its credentials are wrong, and does not repeat them', async () => {
    const cache = new RedisSentCache(connect({ username: 'nobody', password: 's3cret' }));
    const fault = await faultOf(cache.recall([ID]));
    expect(fault).toMatchObject({ code: 'sent_cache_unavailable' });
    expect(JSON.stringify(fault, Object.getOwnPropertyNames(fault))).not.toContain('s3cret');
  });

  test('fails at once when the client is closed', async () => {
    const closed = connect();
    closed.disconnect();
    const cache = new RedisSentCache(closed, { timeoutMs: 60_000 });
    expect(await faultOf(cache.recall([ID]))).toMatchObject({ code: 'sent_cache_unavailable' });
  });

  test('fails while the connection is cut, and works again by itself', async () => {
    const { keyPrefix } = open();
    const proxy = await startProxy(redisUri());
    onTestFinished(() => proxy.cut());
    const cache = new RedisSentCache(connect({}, proxy.address), { keyPrefix });
    await cache.remember([RECORD]);

    await proxy.cut();
    const start = performance.now();
    expect(await faultOf(cache.recall([ID]))).toMatchObject({ code: 'sent_cache_unavailable' });
    expect(await faultOf(cache.remember([RECORD]))).toMatchObject({ code: 'sent_cache_unavailable' });
    expect(await faultOf(cache.forget([ID]))).toMatchObject({ code: 'sent_cache_unavailable' });
    expect(performance.now() - start).toBeLessThan(3_500);

    await proxy.restore();
    await expect.poll(() => cache.recall([ID]).catch(() => 'fault')).toEqual([RECORD]);
  });

  test('fails when the connection is cut while Redis is asked', async () => {
    const proxy = await startProxy(redisUri());
    onTestFinished(() => proxy.cut());
    const cache = new RedisSentCache(connect({}, proxy.address), { timeoutMs: 60_000 });
    expect(await cache.recall([ID])).toEqual([]);
    proxy.hold();
    const recalling = faultOf(cache.recall([ID]));
    await proxy.cut();
    expect(await recalling).toMatchObject({ code: 'sent_cache_unavailable' });
  });

  test('fails when the client gives a command up', async () => {
    const proxy = await startProxy(redisUri());
    onTestFinished(() => proxy.cut());
    const cache = new RedisSentCache(connect({ commandTimeout: 700 }, proxy.address), { timeoutMs: 60_000 });
    expect(await cache.recall([ID])).toEqual([]);
    proxy.hold();
    expect(await faultOf(cache.recall([ID]))).toEqual(
      new SentCacheUnavailableError('Redis can not be used: no answer in time', {
        reason: 'no answer in time',
      }),
    );
  });

  test('gives up a connection that has gone dead without a word, and makes another', async () => {
    const { keyPrefix } = open();
    const proxy = await startProxy(redisUri());
    onTestFinished(() => proxy.cut());
    const quick = { commandTimeout: 700, socketTimeout: 900 };
    const cache = new RedisSentCache(connect(quick, proxy.address), { keyPrefix });
    await cache.remember([RECORD]);
    proxy.hold();
    expect(await faultOf(cache.recall([ID]))).toMatchObject({ code: 'sent_cache_unavailable' });
    await expect.poll(() => cache.recall([ID]).catch(() => 'fault')).toEqual([RECORD]);
  });

  test('takes a reply that is waiting in its socket when the process was held up until the time was over', async () => {
    const { keyPrefix } = open();
    const cache = new RedisSentCache(connect({}, redisUri()), { keyPrefix, timeoutMs: 100 });
    await cache.remember([RECORD]);
    // From here on, timers that are due fire before sockets are read.
    await turn();
    const recalling = cache.recall([ID]);
    for (let written = 0; written < 50; written += 1) await Promise.resolve();
    const end = performance.now() + 1_100;
    while (performance.now() < end);
    expect(await recalling).toEqual([RECORD]);
  });

  test('fails in time when Redis does not answer, with any client', async () => {
    const proxy = await startProxy(redisUri());
    onTestFinished(() => proxy.cut());
    const patient = {
      commandTimeout: undefined,
      socketTimeout: undefined,
      maxRetriesPerRequest: null,
      enableOfflineQueue: true,
    };
    const cache = new RedisSentCache(connect(patient, proxy.address), { timeoutMs: 200 });
    expect(await cache.recall([ID])).toEqual([]);
    proxy.hold();
    const start = performance.now();
    expect(await faultOf(cache.recall([ID]))).toMatchObject({
      message: 'Redis did not answer within 200 ms',
    });
    await proxy.cut();
    expect(await faultOf(cache.recall([ID]))).toMatchObject({ code: 'sent_cache_unavailable' });
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

async function faultOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'no fault',
    (fault: unknown) => fault,
  );
}

test('fails long before its time-out while nobody listens', async () => {
  const cache = new RedisSentCache(connect({}, '127.0.0.1:1'), { timeoutMs: 60_000 });
  expect(await faultOf(cache.recall([ID]))).toEqual(
    new SentCacheUnavailableError('Redis can not be used: ECONNREFUSED', { reason: 'ECONNREFUSED' }),
  );
});
