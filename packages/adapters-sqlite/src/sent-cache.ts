import type { Clock } from '@messaging-system/core';
import {
  type MessageQueue,
  readInstant,
  readText,
  type SentCache,
  type SentRecord,
} from '@messaging-system/core/adapter';
import type { Connection } from './connection.ts';
import { sentCacheFault } from './errors.ts';
import type { Row, Statements } from './statements.ts';

const REMEMBER = `INSERT OR REPLACE INTO sent_cache (id, webhook_message_id, sent_at, expires_at) VALUES (?1, ?2, ?3, ?4)`;

export const SWEEP: string = `
DELETE FROM sent_cache WHERE id IN (
  SELECT id FROM sent_cache INDEXED BY sent_cache_expiry WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2 + 0
)`;

export const RECALL: string = `
SELECT id, webhook_message_id, sent_at FROM sent_cache
WHERE id IN (SELECT value FROM json_each(?1)) AND expires_at > ?2`;

// A message that is `sent` is remembered by that alone, for as long as a record would be. The plus keeps
// the index on the status out of it.
export const RECALL_SENT: string = `
SELECT id, webhook_message_id, sent_at FROM messages
WHERE id IN (SELECT value FROM json_each(?1)) AND +status = 'sent' AND settled_at > ?2`;

export const REMEMBER_SENT: string = `
INSERT OR REPLACE INTO sent_cache (id, webhook_message_id, sent_at, expires_at)
SELECT id, webhook_message_id, sent_at, settled_at + ?2 FROM messages
WHERE seq IN (SELECT value FROM json_each(?1)) AND +status = 'sent' AND settled_at > ?3 AND sent_at IS NOT NULL`;

const FORGET = 'DELETE FROM sent_cache WHERE id IN (SELECT value FROM json_each(?1))';

// Each write removes at least this many expired rows, and twice as many as it adds: so they never pile up,
// and no write is long.
const SMALLEST_SWEEP = 16;

export interface CacheTimes {
  readonly now: number;
  readonly ttlMs: number;
}

/**
 * The sent cache in the messages' own file: what a settle acks is remembered by being `sent`, so in the
 * transaction that stores it.
 */
export class SqliteSentCache implements SentCache {
  readonly #connection: Connection;
  readonly #messages: MessageQueue;
  readonly #clock: Clock;
  readonly #ttlMs: number;

  constructor(connection: Connection, messages: MessageQueue, clock: Clock, ttlMs: number) {
    this.#connection = connection;
    this.#messages = messages;
    this.#clock = clock;
    this.#ttlMs = ttlMs;
  }

  async remember(records: readonly SentRecord[]): Promise<void> {
    const times = this.#times();
    await this.#asCache(this.#connection.write((statements) => rememberRecords(statements, records, times)));
  }

  /** Ids with a record of their own, and those that are `sent`. */
  async recall(ids: readonly string[]): Promise<readonly SentRecord[]> {
    const { now, ttlMs } = this.#times();
    const asked = JSON.stringify(ids);
    const rows = await this.#asCache(
      this.#connection.read((statements) => [
        ...statements.rows(RECALL_SENT, asked, now - ttlMs),
        ...statements.rows(RECALL, asked, now),
      ]),
    );
    // The later one counts: a record of its own.
    return [...new Map(rows.flatMap(readRecord).map((record) => [record.id, record])).values()];
  }

  async forget(ids: readonly string[]): Promise<void> {
    await this.#asCache(this.#connection.write((statements) => forgetRecords(statements, ids)));
  }

  isSettledWith(repository: MessageQueue): boolean {
    return repository === this.#messages;
  }

  #times(): CacheTimes {
    return { now: this.#clock.now(), ttlMs: this.#ttlMs };
  }

  async #asCache<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw sentCacheFault(error, this.#connection.path);
    }
  }
}

export function rememberRecords(
  statements: Statements,
  records: readonly SentRecord[],
  { now, ttlMs }: CacheTimes,
): void {
  for (const { id, webhookMessageId, sentAt } of records) {
    statements.run(REMEMBER, id, webhookMessageId, sentAt, now + ttlMs);
  }
  statements.run(SWEEP, now, Math.max(SMALLEST_SWEEP, 2 * records.length));
}

/**
 * Remembers those of these messages that are `sent`, as long as they themselves would be.
 * @param seqs as a JSON array
 */
export function rememberSent(statements: Statements, seqs: string, { now, ttlMs }: CacheTimes): void {
  statements.run(REMEMBER_SENT, seqs, ttlMs, now - ttlMs);
}

export function forgetRecords(statements: Statements, ids: readonly string[]): void {
  statements.run(FORGET, JSON.stringify(ids));
}

/** Nothing for a row that cannot be read. */
function readRecord([id, webhookMessageId, at]: Row): readonly SentRecord[] {
  const sentAt = readInstant(at);
  if (typeof id !== 'string' || sentAt === null) return [];
  return [{ id, webhookMessageId: readText(webhookMessageId), sentAt }];
}
