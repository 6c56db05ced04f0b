import { InvalidOptionsError } from '@messaging-system/core';
import type { RedisOptions } from 'ioredis';
import { type RedisAddress, type RedisTarget, redisTarget } from './redis-address.ts';

/** Options of every client, however it maps replies. */
export type ClientOptions = Omit<RedisOptions, 'replyMapping'>;

const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 2_000;

/**
 * Options of ioredis for a cache that may be away: `new Redis(redisOptions({ uri }))`. An operation fails at once while there is no
 * connection and is never kept for later, so nothing piles up; the connection comes back by itself. Listen to the client's `error`
 * event, or ioredis writes each failed connection to the console.
 * @throws InvalidOptionsError for an address that is none, or of a Redis Cluster (see `redisClient`); it repeats no credentials.
 */
export function redisOptions(address: RedisAddress): ClientOptions {
  const target = redisTarget(address);
  if (target.kind === 'cluster') {
    throw new InvalidOptionsError(['uri is that of a Redis Cluster, whose client redisClient makes']);
  }
  return { ...placeOf(target), ...connectionOptions(target), enableOfflineQueue: false, retryStrategy };
}

/** The common options of the client of a server and of each node of a cluster. */
export function connectionOptions(target: RedisTarget): ClientOptions {
  const { username, password, db, family, isTls } = target;
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(db === undefined ? {} : { db }),
    ...(family === undefined ? {} : { family }),
    ...(isTls ? { tls: {} } : {}),
    connectTimeout: 2_000,
    // No commandTimeout: it fires before a reply that waits in the socket is read, where the process was held up. The cache has its own.
    // A connection that has gone dead without a word is given up, where the system would wait for many minutes.
    socketTimeout: 5_000,
    // No command outlives its connection.
    maxRetriesPerRequest: 0,
    // After a fail-over the old primary refuses to write: look for the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  };
}

export function retryStrategy(times: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** Math.min(times, 10), LONGEST_RETRY_MS);
}

function placeOf(target: RedisTarget): ClientOptions {
  const { kind, hosts, name, isTls, sentinelUsername, sentinelPassword } = target;
  if (kind === 'socket') return { path: name };
  if (kind === 'server') return { ...hosts[0] };
  return {
    sentinels: hosts.map((host) => ({ ...host })),
    name,
    sentinelRetryStrategy: retryStrategy,
    sentinelCommandTimeout: 2_000,
    ...(sentinelUsername === undefined ? {} : { sentinelUsername }),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...(isTls ? { sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
  };
}
