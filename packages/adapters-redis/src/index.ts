export { connectionFault } from './connection-reason.ts';
export { type ClientOptions, type RedisAddress, redisOptions } from './redis-options.ts';
export { RedisSentCache, type RedisSentCacheOptions } from './redis-sent-cache.ts';
