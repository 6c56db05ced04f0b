/**
 * A sent cache in Redis.
 * @module @messaging-system/adapters-redis
 */

export { connectionFault } from './connection-reason.ts';
export { type RedisAddress, redisAddressName } from './redis-address.ts';
export { type RedisClient, redisClient } from './redis-client.ts';
export { type ClientOptions, redisOptions } from './redis-options.ts';
export { RedisSentCache, type RedisSentCacheOptions } from './redis-sent-cache.ts';
