import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { inject } from 'vitest';
// The names that `inject` knows are declared there.
import type {} from '../../../services.setup.ts';
import { RedisSeenStore } from '../src/redis.ts';

const redisUrl = inject('redisUrl');

/** Why a suite that needs a Redis is skipped; null when there is one. */
export const skipped: string | null = redisUrl === null ? `SKIPPED: ${inject('servicesWhy')}` : null;

export function titled(title: string): string {
  return skipped === null ? title : `${title} [${skipped}]`;
}

/** Two clients and two stores on keys of one test alone, which are removed after it. */
export class RedisWorld implements AsyncDisposable {
  readonly keyPrefix: string = `test-${randomUUID()}:`;
  readonly redis: Redis = connect();
  readonly #other: Redis = connect();
  // A busy machine is not a fault.
  readonly store: RedisSeenStore = new RedisSeenStore(this.redis, this.#options);
  readonly another: RedisSeenStore = new RedisSeenStore(this.#other, this.#options);

  async [Symbol.asyncDispose](): Promise<void> {
    const keys = await this.redis.keys(`${this.keyPrefix}*`);
    if (keys.length > 0) await this.redis.del(...keys);
    this.redis.disconnect();
    this.#other.disconnect();
  }

  get #options(): { readonly keyPrefix: string; readonly timeoutMs: number } {
    return { keyPrefix: this.keyPrefix, timeoutMs: 10_000 };
  }
}

function connect(): Redis {
  if (redisUrl === null) throw new Error('this is skipped without a Redis');
  return new Redis(redisUrl);
}
