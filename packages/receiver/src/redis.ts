import { randomUUID } from 'node:crypto';
import { ReceiverError } from './receiver-error.ts';
import { connectionReason, type RedisClient, watchConnection, whatFailed } from './redis-connection.ts';
import type { Begun, SeenStore } from './seen-store.ts';
import { wholeNumber } from './whole-number.ts';

export type { RedisClient };

export interface RedisSeenStoreOptions {
  /** Before each id; default `seen:`. Give each sender its own where several share a Redis. */
  readonly keyPrefix?: string | undefined;
  /** How long an operation may take before it is a fault; default 1,000. */
  readonly timeoutMs?: number | undefined;
}

// A value is `L` or `C` (leased, completed), the token, and after a completed one `:` and the message id, where there is one.
const TOKEN_END = 1 + 36;

const BEGIN = `
local value = redis.call('GET', KEYS[1])
if value then return value end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ''`;

const COMPLETE = `
local value = redis.call('GET', KEYS[1])
if value and string.sub(value, 2, ${TOKEN_END}) ~= ARGV[1] then return 'stale' end
if value and string.sub(value, 1, 1) == 'C' then return 'completed' end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 'completed'`;

const ABANDON = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return ''`;

/**
 * One key for each webhook, one script for each operation, so that any number of receivers may share it. Redis counts the leases.
 * Every operation answers or throws ReceiverError `seen_store_unavailable` within `timeoutMs`. The fault says why there is
 * no connection: the store listens to the client's events for that. The client is the caller's, to open and to close.
 */
export class RedisSeenStore implements SeenStore {
  readonly #redis: RedisClient;
  readonly #keyPrefix: string;
  readonly #timeoutMs: number;

  /** @throws ReceiverError `invalid_options` */
  constructor(redis: RedisClient, { keyPrefix = 'seen:', timeoutMs = 1_000 }: RedisSeenStoreOptions = {}) {
    this.#redis = redis;
    watchConnection(redis);
    this.#keyPrefix = keyPrefix;
    this.#timeoutMs = wholeNumber('timeoutMs', timeoutMs, 1);
  }

  async begin(id: string, { leaseMs }: { readonly leaseMs: number }): Promise<Begun> {
    const token = randomUUID();
    const value = await this.#eval(BEGIN, id, `L${token}`, leaseMs);
    if (value === '') return { kind: 'begun', token };
    if (value.startsWith('L')) return { kind: 'in_progress' };
    return {
      kind: 'completed',
      messageId: value.length > TOKEN_END ? value.slice(TOKEN_END + 1) : null,
    };
  }

  async complete(
    id: string,
    token: string,
    { keepMs, messageId }: { readonly keepMs: number; readonly messageId: string | null },
  ): Promise<'completed' | 'stale'> {
    const value = messageId === null ? `C${token}` : `C${token}:${messageId}`;
    return (await this.#eval(COMPLETE, id, token, value, keepMs)) === 'stale' ? 'stale' : 'completed';
  }

  async abandon(id: string, token: string): Promise<void> {
    await this.#eval(ABANDON, id, `L${token}`);
  }

  async #eval(script: string, id: string, ...args: (string | number)[]): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const giveUp = (): void => {
        const reason = connectionReason(this.#redis);
        reject(
          fault(
            reason === null ? `did not answer within ${this.#timeoutMs} ms` : `can not be used: ${reason}`,
          ),
        );
      };
      // Timers fire before sockets are read: a reply that came while the process was held up is read first.
      timer = setTimeout(() => setImmediate(() => setImmediate(giveUp)), this.#timeoutMs);
    });
    try {
      const reply = await Promise.race([this.#redis.eval(script, 1, this.#keyPrefix + id, ...args), late]);
      if (typeof reply !== 'string') throw fault('answered something else than a text');
      return reply;
    } catch (error) {
      throw error instanceof ReceiverError ? error : fault(whatFailed(error, this.#redis));
    } finally {
      clearTimeout(timer);
    }
  }
}

function fault(what: string): ReceiverError {
  return new ReceiverError('seen_store_unavailable', `Redis ${what}`);
}
