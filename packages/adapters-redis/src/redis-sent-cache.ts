import { InvalidOptionsError, SentCacheUnavailableError } from '@messaging-system/core';
import {
  checkMethods,
  checkOptions,
  type OptionNames,
  type SentCache,
  type SentRecord,
} from '@messaging-system/core/adapter';
import type { Cluster } from 'ioredis';
import { connectionReason, watchConnection } from './connection-reason.ts';
import { isCluster, type RedisClient } from './redis-client.ts';
import { NO_CONNECTION, sentCacheFault, unusable } from './redis-fault.ts';
import { assertDatabase } from './selected-database.ts';
import { decodeSent, encodeSent } from './sent-value.ts';
import { whenConnected } from './when-connected.ts';

export interface RedisSentCacheOptions {
  /** Before each id; default none, as the Go service has it. A prefix of the client's own comes before it. */
  readonly keyPrefix?: string | undefined;
  /** How long a delivery is remembered; default 24 h. */
  readonly ttlMs?: number | undefined;
  /** How long an operation may take before it is a fault; default 1,000. */
  readonly timeoutMs?: number | undefined;
}

const OPTION_NAMES: OptionNames<RedisSentCacheOptions> = { keyPrefix: true, ttlMs: true, timeoutMs: true };

const DAY_MS = 86_400_000;

/**
 * Remembers deliveries in Redis under the Go service's keys and values. One pipeline for each call, or, in a Redis Cluster, one
 * command for each key. Every operation answers or throws SentCacheUnavailableError within `timeoutMs`, whatever the client is configured to do; one that threw may still be
 * carried out. The fault says why there is no connection: the cache listens to the client's `error` event for it.
 * The client is the caller's, to open and to close.
 */
export class RedisSentCache implements SentCache {
  readonly #redis: RedisClient;
  readonly #keyPrefix: string;
  readonly #ttlMs: number;
  readonly #timeoutMs: number;

  /** @throws InvalidOptionsError naming every problem. */
  constructor(redis: RedisClient, options: RedisSentCacheOptions = {}) {
    checkMethods(
      redis,
      ['connect', 'pipeline', 'on'],
      'redis must be a client of ioredis, such as redisClient({ uri })',
    );
    checkOptions(options, OPTION_NAMES);
    const { keyPrefix = '', ttlMs = DAY_MS, timeoutMs = 1_000 } = options;
    const problems = Object.entries({ ttlMs, timeoutMs })
      .filter(([, value]) => !Number.isSafeInteger(value) || value < 1)
      .map(([name, value]) => `${name} must be a whole number from 1, is ${value}`);
    if (problems.length > 0) throw new InvalidOptionsError(problems);
    this.#redis = redis;
    watchConnection(redis);
    this.#keyPrefix = keyPrefix;
    this.#ttlMs = ttlMs;
    this.#timeoutMs = timeoutMs;
  }

  async remember(records: readonly SentRecord[]): Promise<void> {
    await this.#run(
      records.map((record) => ['set', this.#key(record.id), encodeSent(record), 'PX', this.#ttlMs]),
    );
  }

  async recall(ids: readonly string[]): Promise<readonly SentRecord[]> {
    if (ids.length === 0) return [];
    // MGET answers null for a key that is not there, and for one that holds something else than a text.
    const replies = await this.#run(this.#overKeys('mget', ids));
    const values: readonly unknown[] = replies.flat();
    return ids.flatMap((id, index) => {
      const value = values[index];
      const record = typeof value === 'string' ? decodeSent(id, value) : null;
      return record === null ? [] : [record];
    });
  }

  async forget(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#run(this.#overKeys('del', ids));
  }

  // The nodes of a cluster refuse a command whose keys are in different slots.
  #overKeys(name: 'mget' | 'del', ids: readonly string[]): readonly Command[] {
    const keys = ids.map((id) => this.#key(id));
    return isCluster(this.#redis) ? keys.map((key) => [name, key]) : [[name, ...keys]];
  }

  #key(id: string): string {
    return this.#keyPrefix + id;
  }

  /** The replies in the order of the commands. @throws SentCacheUnavailableError when one is missing. */
  async #run(commands: readonly Command[]): Promise<readonly unknown[]> {
    if (commands.length === 0) return [];
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const giveUp = (): void => {
        reject(
          this.#redis.status === 'ready'
            ? new SentCacheUnavailableError(`Redis did not answer within ${this.#timeoutMs} ms`)
            : unusable(connectionReason(this.#redis) ?? 'ETIMEDOUT'),
        );
      };
      // Timers fire before sockets are read: a reply that came while the process was held up is read first.
      timer = setTimeout(() => setImmediate(() => setImmediate(giveUp)), this.#timeoutMs);
    });
    try {
      return await Promise.race([this.#exec(commands), late]);
    } catch (error) {
      throw sentCacheFault(error, connectionReason(this.#redis));
    } finally {
      clearTimeout(timer);
    }
  }

  async #exec(commands: readonly Command[]): Promise<readonly unknown[]> {
    await whenConnected(this.#redis);
    if (isCluster(this.#redis)) return this.#execEach(this.#redis, commands);
    await assertDatabase(this.#redis);
    const replies = await this.#redis.pipeline(commands.map((command) => [...command])).exec();
    return (replies ?? []).map(([error, reply]) => {
      if (error !== null) throw error;
      return reply;
    });
  }

  // A pipeline of ioredis goes to one node as a whole.
  async #execEach(cluster: Cluster, commands: readonly Command[]): Promise<readonly unknown[]> {
    // Else it would queue them without a limit.
    if (cluster.status !== 'ready') throw unusable(connectionReason(cluster) ?? NO_CONNECTION);
    return Promise.all(commands.map(([name, ...rest]) => cluster.call(name, ...rest)));
  }
}

type Command = readonly [name: string, ...rest: (string | number)[]];
