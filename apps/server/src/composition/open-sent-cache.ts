import type { SentCache } from '@messaging-system/core';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { openSqliteStore } from './open-sqlite-store.ts';
import type { OpenStore } from './open-store.ts';

export interface OpenSentCache {
  readonly sentCache: SentCache;
  /** For log lines; carries no secret. */
  readonly name: string;
}

/** Redis if it is configured, else the store's own, else one in the SQLite file. @throws StartError for that file only */
export async function openSentCache(
  config: Config,
  store: OpenStore,
  lifetimes: AsyncDisposableStack,
  log: Logger,
): Promise<OpenSentCache> {
  const { redis } = config;
  if (redis.uri !== undefined) {
    const { openRedisCache } = await import('./open-redis-cache.ts');
    return openRedisCache(redis.uri, redis, lifetimes, log);
  }
  if (store.sentCache !== null) return { sentCache: store.sentCache, name: store.name };
  const { sentCache, name } = await openSqliteStore(config, lifetimes);
  return { sentCache, name };
}
