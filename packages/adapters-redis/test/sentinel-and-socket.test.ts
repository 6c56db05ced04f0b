import { describe, expect, onTestFinished, test } from 'vitest';
import { RedisSentCache, redisClient } from '../src/index.ts';
import { quiet } from './redis.ts';
import { hasRedisServer, RedisServer, withRedisServer } from './redis-server.ts';

const ID = '6955b9000102030405000001';
const RECORD = { id: ID, webhookMessageId: 'receiver-id-1', sentAt: Date.UTC(2026, 0, 2) };

/** A cache whose operations have time enough to name what they met. */
function cacheAt(uri: string): RedisSentCache {
  const redis = quiet(redisClient({ uri }));
  onTestFinished(() => redis.disconnect());
  return new RedisSentCache(redis, { timeoutMs: 10_000 });
}

describe.skipIf(!hasRedisServer)(withRedisServer('Redis over a socket'), () => {
  test('is used by the path and the database of the URL', async () => {
    await using server = await RedisServer.start();
    const cache = cacheAt(`unix://${server.socket}?db=2`);
    await cache.remember([RECORD]);
    expect(await cache.recall([ID])).toEqual([RECORD]);
    expect(String(await server.call('INFO', 'keyspace'))).toMatch(/db2:keys=1/);
  });

  test('that does not exist is named so', async () => {
    await expect(cacheAt('unix:///nowhere/redis.sock').recall([ID])).rejects.toMatchObject({
      reason: 'ENOENT',
    });
  });
});

describe.skipIf(!hasRedisServer)(withRedisServer('Redis behind Sentinels'), () => {
  test('is found by its name, also when the first Sentinel is away, and its database is used', async () => {
    await using server = await RedisServer.start();
    await using sentinel = await RedisServer.startSentinel(server, 'mymaster');
    const cache = cacheAt(`redis+sentinel://127.0.0.1:1,${sentinel.address}/mymaster/2`);
    await cache.remember([RECORD]);
    expect(await cache.recall([ID])).toEqual([RECORD]);
    expect(String(await server.call('INFO', 'keyspace'))).toMatch(/db2:keys=1/);
  });

  test('is found again where the Sentinels have made another the primary', async () => {
    await using first = await RedisServer.start();
    await using second = await RedisServer.start();
    await using sentinel = await RedisServer.startSentinel(first, 'mymaster');
    const cache = cacheAt(`redis+sentinel://${sentinel.address}/mymaster`);
    await cache.remember([RECORD]);
    await sentinel.call('SENTINEL', 'REMOVE', 'mymaster');
    await sentinel.call('SENTINEL', 'MONITOR', 'mymaster', '127.0.0.1', second.port, 1);
    // As after a fail-over: the old primary comes back as a replica, which refuses to write.
    await first.call('REPLICAOF', '127.0.0.1', second.port);
    await expect
      .poll(() =>
        cache.remember([RECORD]).then(
          () => second.call('EXISTS', ID),
          () => 'fault',
        ),
      )
      .toBe(1);
  });

  test('is a fault that says what is wrong', async () => {
    await using server = await RedisServer.start();
    await using sentinel = await RedisServer.startSentinel(server, 'mymaster');
    await expect(cacheAt(`redis+sentinel://${sentinel.address}/other`).recall([ID])).rejects.toMatchObject({
      reason: 'NO_SUCH_PRIMARY',
      message: 'Redis can not be used: NO_SUCH_PRIMARY (the Sentinels know no primary of this name)',
    });
    await expect(cacheAt('redis+sentinel://127.0.0.1:1/mymaster').recall([ID])).rejects.toMatchObject({
      reason: 'SENTINELS_UNREACHABLE',
    });
  });

  test('fails at once while no Sentinel answers, and not only when its time is over', async () => {
    const cache = cacheAt('redis+sentinel://127.0.0.1:1/mymaster');
    const faults = await Promise.all(
      Array.from({ length: 3 }, () => cache.recall([ID]).catch((error: unknown) => error)),
    );
    faults.push(await cache.recall([ID]).catch((error: unknown) => error));
    for (const fault of faults) expect(fault).toMatchObject({ reason: 'SENTINELS_UNREACHABLE' });
  });
});
