import type { SentCacheUnavailableError } from '@messaging-system/core';
import type { RedisClient } from './redis-client.ts';
import { reasonOf, refusedDatabase, sentCacheFault } from './redis-fault.ts';

// The answer on each client's present connection.
const selections = new WeakMap<RedisClient, Promise<SentCacheUnavailableError | null>>();

/**
 * Makes sure, once for each connection, that it is in the database that the client was given. ioredis selects it as well, but goes
 * on in database 0 when the server refuses, as one with ACLs or with a single database does.
 * @throws SentCacheUnavailableError
 */
export async function assertDatabase(redis: RedisClient): Promise<void> {
  // A cluster has database 0 only.
  const db = 'db' in redis.options ? (redis.options.db ?? 0) : 0;
  if (db === 0 || !('select' in redis)) return;
  let selection = selections.get(redis);
  if (selection === undefined) {
    const forget = (): void => {
      selections.delete(redis);
      redis.off('close', forget);
    };
    redis.on('close', forget);
    selection = redis.select(db).then(
      () => null,
      (error: unknown) => {
        // Nothing is known of a connection that broke.
        const isRefused = error instanceof Error && error.name === 'ReplyError';
        if (!isRefused) forget();
        return isRefused ? refusedDatabase(reasonOf(error)) : sentCacheFault(error);
      },
    );
    selections.set(redis, selection);
  }
  const fault = await selection;
  if (fault !== null) throw fault;
}
