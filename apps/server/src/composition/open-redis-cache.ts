import { RedisSentCache, redisOptions } from '@messaging-system/adapters-redis';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import type { OpenSentCache } from './open-sent-cache.ts';

/** Never fails for a Redis that does not answer: delivery goes on without it, and it is used as soon as it is there. */
export async function openRedisCache(
  uri: string,
  { password, db, ttl, keyPrefix }: Config['redis'],
  lifetimes: AsyncDisposableStack,
  log: Logger,
): Promise<OpenSentCache> {
  const options = redisOptions({ uri, password, db });
  const redis = new Redis({ ...options, lazyConnect: true, replyMapping: 'legacy' });
  lifetimes.defer(() => redis.disconnect());
  // Without a listener ioredis writes to the console; what it means for delivery is told by the cache's own faults.
  redis.on('error', (err: unknown) => log.debug({ err }, 'connection to Redis'));
  const name = `Redis at ${options.host}:${options.port}`;
  const sentCache = new RedisSentCache(redis, { ttlMs: ttl, keyPrefix });
  try {
    await sentCache.recall(['0'.repeat(24)]);
  } catch (err) {
    log.warn({ err }, `cannot reach ${name}: delivery goes on without it, more copies are possible`);
  }
  return { sentCache, name };
}
