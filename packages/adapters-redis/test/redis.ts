import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { inject, onTestFinished } from 'vitest';
// The names that `inject` knows are declared there.
import type {} from '../../../services.setup.ts';
import { type ClientOptions, type RedisClient, redisOptions } from '../src/index.ts';

const redisUrl = inject('redisUrl');

/** Why a suite that needs a Redis is skipped; null when there is one. */
export const skipped: string | null = redisUrl === null ? `SKIPPED: ${inject('servicesWhy')}` : null;

export function titled(title: string): string {
  return skipped === null ? title : `${title} [${skipped}]`;
}

export function redisUri(): string {
  if (redisUrl === null) throw new Error('this is skipped without a Redis');
  return redisUrl;
}

/** A client as the package's options make it, closed after the test. */
export function connect(options: ClientOptions = {}, uri: string = redisUri()): Redis {
  const redis = quiet(new Redis({ ...redisOptions({ uri }), ...options }));
  onTestFinished(() => redis.disconnect());
  return redis;
}

/** A client that waits for its connection, to look at the store past the cache. */
export function plainClient(): Redis {
  return quiet(new Redis(redisUri()));
}

/** The connections of these tests fail on purpose. */
export function quiet<Client extends RedisClient>(redis: Client): Client {
  redis.on('error', () => undefined);
  return redis;
}

/** Keys of one test alone. */
export function aPrefix(): string {
  return `test-${randomUUID()}:`;
}

export async function removeAll(redis: Redis, prefix: string): Promise<void> {
  const keys = await redis.keys(`${prefix}*`);
  if (keys.length > 0) await redis.del(...keys);
}
