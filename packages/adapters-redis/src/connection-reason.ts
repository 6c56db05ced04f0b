import type { SentCacheUnavailableError } from '@messaging-system/core';
import type { Redis } from 'ioredis';
import { NO_CONNECTION, reasonOf, unusable } from './redis-fault.ts';

interface Watch {
  /** Why there is no connection; null while there is one, and before anything was told. */
  reason: string | null;
  /** Whether the attempt that runs has already said what it met. */
  isTold: boolean;
}

const watches = new WeakMap<Redis, Watch>();

/**
 * Listens to what a client's connection attempts meet. A command that finds no connection fails with a text that says nothing of the
 * cause; only the client's `error` event does. Several caches on one client share one set of listeners.
 */
export function watchConnection(redis: Redis): void {
  if (watches.has(redis)) return;
  const watch: Watch = { reason: null, isTold: false };
  watches.set(redis, watch);
  redis.on('connecting', () => {
    watch.isTold = false;
  });
  redis.on('error', (error: unknown) => {
    const reason = reasonOf(error);
    // That a connection is closed is what follows from the reason that was told before.
    if (reason === NO_CONNECTION) return;
    watch.reason = reason;
    watch.isTold = true;
  });
  redis.on('ready', () => {
    watch.reason = null;
    // A connection that was good and ends has said all that it can say.
    watch.isTold = true;
  });
  redis.on('close', () => {
    if (!watch.isTold) watch.reason = 'CLOSED_BEFORE_READY';
  });
}

/** Why a watched client has no connection, as `reasonOf` names it; null when nobody said. */
export function connectionReason(redis: Redis): string | null {
  return watches.get(redis)?.reason ?? null;
}

/** The same as the fault that operations throw meanwhile, for a log or a health check. Of a client that a cache was made with. */
export function connectionFault(redis: Redis): SentCacheUnavailableError | null {
  const reason = connectionReason(redis);
  return reason === null ? null : unusable(reason);
}
