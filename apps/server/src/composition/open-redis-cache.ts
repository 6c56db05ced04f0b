import {
  connectionFault,
  RedisSentCache,
  redisAddressName,
  redisClient,
} from '@messaging-system/adapters-redis';
import { SentCacheUnavailableError } from '@messaging-system/core';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { trySentCache } from './health-checks.ts';
import type { OpenSentCache } from './open-sent-cache.ts';

/** Never fails for a Redis that does not answer: delivery goes on without it, and it is used as soon as it is there. */
export async function openRedisCache(
  uri: string,
  { password, db, ttl, keyPrefix }: Config['redis'],
  lifetimes: AsyncDisposableStack,
  log: Logger,
): Promise<OpenSentCache> {
  const redis = redisClient({ uri, password, db });
  lifetimes.defer(() => redis.disconnect());
  const name = redisAddressName(uri);
  const sentCache = new RedisSentCache(redis, { ttlMs: ttl, keyPrefix });
  // The log has each reason once: while it stays the same, the client's many attempts say nothing new.
  let told: string | null = null;
  const tell = ({ reason, message }: SentCacheUnavailableError): void => {
    if (reason === told) return;
    told = reason;
    log.warn({ reason }, `${name}: ${message}; delivery goes on without it, more copies are possible`);
  };
  const listen = (): void => {
    const fault = connectionFault(redis);
    if (fault !== null) tell(fault);
  };
  redis.on('error', listen);
  redis.on('close', listen);
  redis.on('ready', () => {
    // A connection may be ready in another database than the one that is set.
    listen();
    if (connectionFault(redis) !== null) return;
    if (told !== null) log.info(`${name} can be used again`);
    told = null;
  });
  try {
    await trySentCache(sentCache);
  } catch (error) {
    if (!(error instanceof SentCacheUnavailableError)) throw error;
    if (told === null) tell(error);
  }
  return { sentCache, name };
}
