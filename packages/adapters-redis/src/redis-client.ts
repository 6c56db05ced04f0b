import { Cluster, Redis } from 'ioredis';
import { type RedisAddress, redisTarget } from './redis-address.ts';
import { type ClientOptions, connectionOptions, redisOptions, retryStrategy } from './redis-options.ts';

/** A client of one server (also by a socket or by Sentinels), or of a Redis Cluster. */
export type RedisClient = Redis | Cluster;

/** Not by its class: an application may have a second copy of ioredis. */
export function isCluster(redis: RedisClient): redis is Cluster {
  return redis.isCluster;
}

/**
 * The client that an address asks for, with the options that `redisOptions` gives and those of the caller: `Cluster` for
 * `redis+cluster://`, else `Redis`. It connects at its first use. The caller ends it with `disconnect()`.
 * @throws InvalidOptionsError for an address that is none; it repeats no credentials.
 */
export function redisClient(address: RedisAddress, options: ClientOptions = {}): RedisClient {
  const target = redisTarget(address);
  if (target.kind !== 'cluster') {
    return new Redis({ ...redisOptions(address), ...options, lazyConnect: true, replyMapping: 'legacy' });
  }
  return new Cluster(
    target.hosts.map((host) => ({ ...host })),
    {
      lazyConnect: true,
      clusterRetryStrategy: retryStrategy,
      slotsRefreshTimeout: 2_000,
      // A cluster that is down is a fault within the second that an operation has.
      maxRedirections: 8,
      // A certificate is for a name, so each connection resolves it for itself.
      dnsLookup: (host, callback) => callback(null, host),
      redisOptions: { ...connectionOptions(target), ...options, replyMapping: 'legacy' },
    },
  );
}
