import { RedisSentCache, redisOptions } from '@messaging-system/adapters-redis';
import { Redis } from 'ioredis';

export const redis: Redis = new Redis(redisOptions({ uri: '127.0.0.1:6379' }));
redis.on('error', (error) => console.warn(`Redis: ${error.message}`));

export const sentCache: RedisSentCache = new RedisSentCache(redis);
