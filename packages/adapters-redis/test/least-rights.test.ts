import { describe, expect, onTestFinished, test } from 'vitest';
import { RedisSentCache, redisClient } from '../src/index.ts';
import { quiet } from './redis.ts';
import { hasRedisServer, RedisClusterOfThree, RedisServer, withRedisServer } from './redis-server.ts';

const IDS = ['6955b9000102030405000001', '6955b9000102030405000002', '6955b9000102030405000003'];
const RECORDS = IDS.map((id) => ({ id, webhookMessageId: null, sentAt: 0 }));
const USER = ['app', 'on', '>s3cret', '~sent:*', '+set', '+mget', '+del', '+info'];

/** Fails where the user lacks a right. */
async function useAll(uri: string): Promise<void> {
  const redis = quiet(redisClient({ uri, username: 'app', password: 's3cret' }));
  onTestFinished(() => redis.disconnect());
  const cache = new RedisSentCache(redis, { keyPrefix: 'sent:' });
  await cache.remember(RECORDS);
  expect(await cache.recall(IDS)).toEqual(RECORDS);
  await cache.forget(IDS);
}

describe.skipIf(!hasRedisServer)(withRedisServer('the rights that the pages name'), () => {
  test('are enough for a server', async () => {
    await using server = await RedisServer.start();
    await server.call('ACL', 'SETUSER', ...USER, '+select');
    await useAll(`redis://${server.address}/2`);
  });

  test('are enough for a cluster', async () => {
    await using cluster = await RedisClusterOfThree.start();
    for (const node of cluster.nodes) {
      await node.call('ACL', 'SETUSER', ...USER, '+cluster|slots', '+cluster|info');
    }
    await useAll(cluster.uri);
  });
});
