import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectionFault, RedisSentCache, redisOptions } from '../src/index.ts';
import { aPrefix, connect, plainClient, quiet, redisUri, removeAll, skipped, titled } from './redis.ts';

const ID = '6955b9000102030405000001';
const RECORD = { id: ID, webhookMessageId: null, sentAt: 0 };

/** A user that may do what a cache does, but select no database. */
async function aUser(): Promise<string> {
  const user = aPrefix();
  const admin = plainClient();
  onTestFinished(async () => {
    await admin.call('ACL', 'DELUSER', user);
    admin.disconnect();
  });
  await admin.call('ACL', 'SETUSER', user, 'on', '>s3cret', '~*', '+set', '+mget', '+del', '+info');
  return user;
}

describe.skipIf(skipped !== null)(titled('a database that Redis refuses'), () => {
  test('is a fault of every operation, and nothing goes to database 0', async () => {
    const keyPrefix = aPrefix();
    const redis = connect({ username: await aUser(), password: 's3cret', db: 3 });
    const cache = new RedisSentCache(redis, { keyPrefix });
    const fault = {
      reason: 'NOPERM',
      message: 'Redis refused the database that is set: NOPERM',
    };
    await expect(cache.remember([RECORD])).rejects.toMatchObject(fault);
    await expect(cache.recall([ID])).rejects.toMatchObject(fault);
    await expect(cache.forget([ID])).rejects.toMatchObject(fault);
    expect(connectionFault(redis)).toMatchObject(fault);
    const probe = plainClient();
    onTestFinished(() => probe.disconnect());
    expect(await probe.keys(`${keyPrefix}*`)).toEqual([]);
  });

  test('is one for a client that was connected before the cache was made', async () => {
    const redis = connect({ username: await aUser(), password: 's3cret', db: 3 });
    await expect.poll(() => redis.status).toBe('ready');
    await expect(new RedisSentCache(redis).recall([ID])).rejects.toMatchObject({ reason: 'NOPERM' });
  });

  test('is one again after each reconnection', async () => {
    const redis = connect({ username: await aUser(), password: 's3cret', db: 3 });
    const cache = new RedisSentCache(redis);
    await expect(cache.recall([ID])).rejects.toMatchObject({ reason: 'NOPERM' });
    redis.disconnect(true);
    await expect.poll(() => redis.status).toBe('ready');
    await expect(cache.recall([ID])).rejects.toMatchObject({ reason: 'NOPERM' });
  });

  test('is one that does not exist', async () => {
    const cache = new RedisSentCache(connect({ db: 1_000_000 }));
    await expect(cache.recall([ID])).rejects.toMatchObject({ reason: 'ERR' });
  });
});

describe.skipIf(skipped !== null)(titled('a database that Redis has'), () => {
  test('is used, and no other', async () => {
    const keyPrefix = aPrefix();
    const probe = quiet(new Redis({ ...redisOptions({ uri: redisUri(), db: 3 }), enableOfflineQueue: true }));
    onTestFinished(async () => {
      await removeAll(probe, keyPrefix);
      probe.disconnect();
    });
    const cache = new RedisSentCache(connect({ db: 3 }), { keyPrefix });
    await cache.remember([RECORD]);
    expect(await cache.recall([ID])).toEqual([RECORD]);
    expect(await probe.exists(keyPrefix + ID)).toBe(1);
  });
});
