import type { SentCacheUnavailableError } from '@messaging-system/core';
import type { RedisClient } from './redis-client.ts';
import { NO_CONNECTION, reasonOf, refusedDatabase, unusable } from './redis-fault.ts';

interface Watch {
  /** Why there is no connection; null while there is one, and before any event. */
  reason: string | null;
  /** Whether the attempt that runs has already said what it met. */
  isTold: boolean;
  /** Why the server refused the database of the connection that there is. */
  refusedDatabase: string | null;
}

const watches = new WeakMap<RedisClient, Watch>();

/**
 * Listens to what a client's connection attempts meet. A command that finds no connection fails with a text that says nothing of the
 * cause; only the client's `error` event does. Several caches on one client share one set of listeners.
 */
export function watchConnection(redis: RedisClient): void {
  if (watches.has(redis)) return;
  const watch: Watch = { reason: null, isTold: false, refusedDatabase: null };
  watches.set(redis, watch);
  let ofSentinel: unknown = null;
  const note = (error: unknown): void => {
    const reason = reasonOf(error);
    // That a connection is closed follows from the reason that was reported before.
    if (reason === NO_CONNECTION) return;
    watch.reason = reason;
    watch.isTold = true;
  };
  redis.on('connecting', () => {
    watch.isTold = false;
    watch.refusedDatabase = null;
  });
  redis.on('error', (error: unknown) => {
    if (isOfSelect(error)) watch.refusedDatabase = reasonOf(error);
    else note(isOfAllSentinels(error) ? ofSentinel : error);
  });
  redis.on('sentinelError', (error: unknown) => {
    ofSentinel = error;
  });
  redis.on('node error', note);
  redis.on('+node', (node: { connect(): Promise<void> }) => {
    // Its nodes connect at their first command, and whoever asks for the slots keeps to itself what it met.
    if (redis.status === 'connecting') node.connect().catch(() => undefined);
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
export function connectionReason(redis: RedisClient): string | null {
  return watches.get(redis)?.reason ?? null;
}

/** The same as the fault that operations throw meanwhile, for a log or a health check. Of a client that a cache was made with. */
export function connectionFault(redis: RedisClient): SentCacheUnavailableError | null {
  const watch = watches.get(redis);
  if (watch === undefined) return null;
  if (watch.reason !== null) return unusable(watch.reason);
  return watch.refusedDatabase === null ? null : refusedDatabase(watch.refusedDatabase);
}

/** Whether it follows from an error of each Sentinel. */
function isOfAllSentinels(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('All sentinels are unreachable');
}

// ioredis goes on after a refused SELECT, in database 0.
function isOfSelect(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'ReplyError' || !('command' in error)) return false;
  const { command } = error;
  return typeof command === 'object' && command !== null && 'name' in command && command.name === 'select';
}
