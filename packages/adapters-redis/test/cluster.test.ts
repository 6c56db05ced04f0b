import { registerContract, type SentCacheHarness, sentCacheContract } from '@messaging-system/contract-tests';
import { Cluster, Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  connectionFault,
  type RedisClient,
  RedisSentCache,
  redisClient,
  redisOptions,
} from '../src/index.ts';
import { aPrefix, quiet } from './redis.ts';
import { hasRedisServer, RedisClusterOfThree, withRedisServer } from './redis-server.ts';

const TTL_MS = 600;
const IDS = Array.from({ length: 60 }, (_, index) => `6955b90001020304050${String(index).padStart(5, '0')}`);
const RECORDS = IDS.map((id) => ({ id, webhookMessageId: `of-${id}`, sentAt: Date.UTC(2026, 0, 2) }));

describe.skipIf(!hasRedisServer)(withRedisServer('a Redis Cluster of three'), () => {
  let cluster: RedisClusterOfThree;

  beforeAll(async () => {
    cluster = await RedisClusterOfThree.start();
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  function client(uri = cluster.uri): RedisClient {
    const redis = redisClient({ uri });
    quiet(redis);
    return redis;
  }

  async function keysOf(prefix: string): Promise<readonly (readonly string[])[]> {
    const found = await Promise.all(cluster.nodes.map((node) => node.call('KEYS', `${prefix}*`)));
    return found.map((keys) => (Array.isArray(keys) ? keys.map(String) : []));
  }

  async function openHarness(): Promise<SentCacheHarness> {
    const keyPrefix = aPrefix();
    const clients: RedisClient[] = [];
    const open = (uri?: string): RedisSentCache => {
      const redis = client(uri);
      clients.push(redis);
      return new RedisSentCache(redis, { keyPrefix, ttlMs: TTL_MS });
    };
    const probe = new Cluster(cluster.nodes.map(({ port }) => ({ host: '127.0.0.1', port })));
    return {
      cache: open(),
      openAnother: async () => open(),
      // A port that is never listened on.
      openUnreachable: async () => open('redis+cluster://127.0.0.1:1'),
      ttlMs: TTL_MS,
      expire: () => expect.poll(async () => (await keysOf(keyPrefix)).flat()).toEqual([]),
      probeTtlMs: async (id) => {
        const left = await probe.pttl(keyPrefix + id);
        return left < 0 ? null : left;
      },
      corrupt: async (id) => {
        await probe.set(keyPrefix + id, '{"messageId":"cut o', 'PX', TTL_MS);
      },
      close: async () => {
        for (const one of [...clients, probe]) one.disconnect();
      },
    };
  }

  registerContract('RedisSentCache on a Cluster', sentCacheContract, { describe, test }, openHarness);

  test('one call reaches the keys of every node', async () => {
    const redis = client();
    onTestFinished(() => redis.disconnect());
    const keyPrefix = aPrefix();
    const cache = new RedisSentCache(redis, { keyPrefix });
    await cache.remember(RECORDS);
    const held = await keysOf(keyPrefix);
    expect(held.flat()).toHaveLength(IDS.length);
    expect(held.every((keys) => keys.length > 0)).toBe(true);
    expect(await cache.recall(IDS)).toEqual(RECORDS);
    await cache.forget(IDS);
    expect((await keysOf(keyPrefix)).flat()).toEqual([]);
  });

  test('takes a key of another type for no record', async () => {
    const redis = client();
    onTestFinished(() => redis.disconnect());
    const keyPrefix = aPrefix();
    const cache = new RedisSentCache(redis, { keyPrefix });
    await cache.remember(RECORDS.slice(0, 1));
    await redis.call('LPUSH', `${keyPrefix}list`, 'a');
    expect(await cache.recall(['list', ...IDS.slice(0, 1)])).toEqual(RECORDS.slice(0, 1));
    await cache.forget(['list', ...IDS.slice(0, 1)]);
  });

  test('a client of one node fails with words that name the cause, and so does any recall of several ids', async () => {
    const [node] = cluster.nodes;
    const redis = quiet(new Redis(redisOptions({ uri: node?.address ?? '' })));
    onTestFinished(() => redis.disconnect());
    const cache = new RedisSentCache(redis, { keyPrefix: aPrefix() });
    await expect(cache.remember(RECORDS)).rejects.toMatchObject({
      reason: 'MOVED',
      message: expect.stringContaining('redis+cluster://'),
    });
    await expect(cache.recall(IDS.slice(0, 2))).rejects.toMatchObject({
      reason: 'CROSSSLOT',
      message: expect.stringContaining('redis+cluster://'),
    });
  });

  test('says that nobody listens at any of its nodes', async () => {
    const redis = client('redis+cluster://127.0.0.1:1,127.0.0.1:2');
    onTestFinished(() => redis.disconnect());
    const cache = new RedisSentCache(redis, { timeoutMs: 10_000 });
    await expect(cache.recall(IDS)).rejects.toMatchObject({ reason: 'ECONNREFUSED' });
    expect(connectionFault(redis)).toMatchObject({ reason: 'ECONNREFUSED' });
  });

  test('says that the password is wrong, and repeats nothing of it', async () => {
    const redis = client(cluster.uri.replace('://', '://nobody:s3cret@'));
    onTestFinished(() => redis.disconnect());
    const cache = new RedisSentCache(redis, { timeoutMs: 10_000 });
    const fault: unknown = await cache.recall(IDS).catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: 'sent_cache_unavailable', reason: 'WRONGPASS' });
    expect(JSON.stringify(fault, Object.getOwnPropertyNames(fault))).not.toContain('s3cret');
  });
});

describe.skipIf(!hasRedisServer)(withRedisServer('a Redis Cluster that loses a node'), () => {
  test('fails in time for what that node held, and serves the rest when it does not have to be complete', async () => {
    await using cluster = await RedisClusterOfThree.start();
    for (const node of cluster.nodes) {
      await node.call('CONFIG', 'SET', 'cluster-require-full-coverage', 'no');
    }
    const redis = quiet(redisClient({ uri: cluster.uri }));
    onTestFinished(() => redis.disconnect());
    const cache = new RedisSentCache(redis, { keyPrefix: aPrefix() });
    await cache.remember(RECORDS);
    await cluster.nodes[2]?.[Symbol.asyncDispose]();
    await expect(cache.recall(IDS)).rejects.toMatchObject({ code: 'sent_cache_unavailable' });
    const served = await Promise.allSettled(IDS.map((id) => cache.recall([id])));
    expect(served.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(IDS.length / 3);
  });
});
