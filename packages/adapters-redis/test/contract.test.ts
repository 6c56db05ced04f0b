import { registerContract, type SentCacheHarness, sentCacheContract } from '@messaging-system/contract-tests';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { RedisSentCache, redisOptions } from '../src/index.ts';
import { aPrefix, plainClient, quiet, redisUri, removeAll, skipped, titled } from './redis.ts';

// Short, for expiry has to be waited for: Redis has a clock of its own.
const TTL_MS = 600;

async function openHarness(): Promise<SentCacheHarness> {
  const keyPrefix = aPrefix();
  const probe = plainClient();
  const clients = [probe];
  const open = (uri: string): RedisSentCache => {
    const redis = quiet(new Redis(redisOptions({ uri })));
    clients.push(redis);
    return new RedisSentCache(redis, { keyPrefix, ttlMs: TTL_MS });
  };
  const isThere = async (): Promise<boolean> => (await probe.keys(`${keyPrefix}*`)).length > 0;
  return {
    cache: open(redisUri()),
    openAnother: async () => open(redisUri()),
    // A port that is never listened on.
    openUnreachable: async () => open('127.0.0.1:1'),
    ttlMs: TTL_MS,
    expire: () => expect.poll(isThere).toBe(false),
    probeTtlMs: async (id) => {
      const left = await probe.pttl(keyPrefix + id);
      return left < 0 ? null : left;
    },
    corrupt: async (id) => {
      await probe.set(keyPrefix + id, '{"messageId":"cut o', 'PX', TTL_MS);
    },
    close: async () => {
      await removeAll(probe, keyPrefix);
      for (const client of clients) client.disconnect();
    },
  };
}

describe.skipIf(skipped !== null)(titled('on Redis'), () => {
  registerContract('RedisSentCache', sentCacheContract, { describe, test }, openHarness);
});
