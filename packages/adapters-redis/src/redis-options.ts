import { InvalidOptionsError } from '@messaging-system/core';
import type { RedisOptions } from 'ioredis';

export interface RedisAddress {
  /** `host`, `host:port`, or a URL `redis://…` or `rediss://…` with credentials and database as ioredis reads them. */
  readonly uri: string;
  /** Each of these wins over the URL. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly db?: number | undefined;
}

/** What a client takes however it maps replies. */
export type ClientOptions = Omit<RedisOptions, 'replyMapping'>;

const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 2_000;

/**
 * Options of ioredis for a cache that may be away: `new Redis(redisOptions({ uri }))`. An operation fails at once while there is no
 * connection and is never kept for later, so nothing piles up; the connection comes back by itself. Listen to the client's `error`
 * event, or ioredis writes each failed connection to the console.
 * @throws InvalidOptionsError for an address that is none; it repeats no credentials.
 */
export function redisOptions(address: RedisAddress): ClientOptions {
  const { username, password, db } = address;
  return {
    ...addressOf(address.uri),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(db === undefined ? {} : { db: database(db) }),
    connectTimeout: 2_000,
    // No commandTimeout: it fires before a reply that waits in the socket is read, where the process was held up. The cache has its own.
    // A connection that has gone dead without a word is given up, where the system would wait for many minutes.
    socketTimeout: 5_000,
    enableOfflineQueue: false,
    // No command outlives its connection.
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(FIRST_RETRY_MS * 2 ** Math.min(times, 10), LONGEST_RETRY_MS),
    // After a fail-over the old primary refuses to write: look for the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  };
}

function addressOf(uri: string): ClientOptions {
  const url = URL.parse(/^[a-z]+:\/\//i.test(uri) ? uri : `redis://${uri}`);
  if (url === null || url.hostname === '' || !['redis:', 'rediss:'].includes(url.protocol)) {
    throw new InvalidOptionsError(['uri must be host:port, or a URL that begins with redis:// or rediss://']);
  }
  return {
    // An IPv6 address is in brackets in a URL.
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 6379 : Number(url.port),
    ...(url.username === '' ? {} : { username: decoded(url.username) }),
    ...(url.password === '' ? {} : { password: decoded(url.password) }),
    ...(url.pathname === '' || url.pathname === '/' ? {} : { db: database(Number(url.pathname.slice(1))) }),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new InvalidOptionsError(['uri must have its credentials percent-encoded']);
  }
}

function database(db: number): number {
  if (!Number.isInteger(db) || db < 0)
    throw new InvalidOptionsError(['db must be a whole number from 0, also as the path of a URL']);
  return db;
}
