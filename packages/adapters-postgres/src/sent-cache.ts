import type { Clock } from '@messaging-system/core';
import { type MessageQueue, readText, type SentCache, type SentRecord } from '@messaging-system/core/adapter';
import type { SqlRow } from './database.ts';
import { withCacheFaults } from './errors.ts';
import { storableIds } from './leases.ts';
import { asJson, instant } from './row.ts';
import type { Session } from './session.ts';

/** $1 the records as JSON, $2 when they expire, $3 now, $4 how many expired ones go. */
export const REMEMBER: string = `
WITH swept AS MATERIALIZED (
  SELECT c.id FROM messaging.sent_cache c
  WHERE c.expires_at <= $3 AND c.id <> ALL (ARRAY(SELECT r.id FROM json_to_recordset($1::json) AS r (id text)))
  ORDER BY c.expires_at LIMIT $4 FOR UPDATE SKIP LOCKED
), gone AS (
  DELETE FROM messaging.sent_cache c WHERE c.id = ANY(ARRAY(SELECT swept.id FROM swept))
)
INSERT INTO messaging.sent_cache (id, webhook_message_id, sent_at, expires_at)
SELECT DISTINCT ON (r.id COLLATE "C") r.id, r.webhook_message_id, r.sent_at, $2::bigint
FROM json_to_recordset($1::json) AS r (id text, webhook_message_id text, sent_at bigint)
ORDER BY r.id COLLATE "C"
ON CONFLICT (id) DO UPDATE SET
  webhook_message_id = excluded.webhook_message_id, sent_at = excluded.sent_at, expires_at = excluded.expires_at`;

export const RECALL: string = `
SELECT c.id, c.webhook_message_id, c.sent_at FROM messaging.sent_cache c
WHERE c.id = ANY($1::text[]) AND c.expires_at > $2`;

// A message that is `sent` is remembered by that alone, for as long as a record would be.
export const RECALL_SENT: string = `
SELECT m.id, m.webhook_message_id, m.sent_at FROM messaging.messages m
WHERE m.id = ANY($1::text[]) AND m.status || '' = 'sent' AND m.settled_at > $2`;

/** Of the messages `old`; $3 is the life of a record, $4 since when one still lives. */
export const REMEMBER_SENT: string = `
INSERT INTO messaging.sent_cache (id, webhook_message_id, sent_at, expires_at)
  SELECT m.id, m.webhook_message_id, m.sent_at, m.settled_at + $3::bigint
  FROM messaging.messages m WHERE m.id = ANY(ARRAY(SELECT old.id FROM old))
  AND m.status || '' = 'sent' AND m.settled_at > $4 AND m.sent_at IS NOT NULL
  ON CONFLICT (id) DO UPDATE SET
    webhook_message_id = excluded.webhook_message_id, sent_at = excluded.sent_at, expires_at = excluded.expires_at`;

export const FORGET: string = 'DELETE FROM messaging.sent_cache c WHERE c.id = ANY($1::text[])';

// Each write removes at least this many expired rows, and twice as many as it adds: so they never pile up, and no
// write is long.
const SMALLEST_SWEEP = 16;

export interface CacheTimes {
  readonly now: number;
  readonly ttlMs: number;
}

/**
 * The sent cache in the messages' own database: what a settle acks is remembered by being `sent`, so in the transaction
 * that stores it.
 */
export class PostgresSentCache implements SentCache {
  readonly #session: Session;
  readonly #messages: MessageQueue;
  readonly #clock: Clock;
  readonly #ttlMs: number;

  constructor(session: Session, messages: MessageQueue, clock: Clock, ttlMs: number) {
    this.#session = session;
    this.#messages = messages;
    this.#clock = clock;
    this.#ttlMs = ttlMs;
  }

  async remember(records: readonly SentRecord[]): Promise<void> {
    if (records.length === 0) return;
    const now = this.#clock.now();
    const rows = records.map(({ id, webhookMessageId, sentAt }) => ({
      id,
      webhook_message_id: webhookMessageId,
      sent_at: sentAt,
    }));
    await withCacheFaults('remember', () =>
      this.#session.write(
        REMEMBER,
        asJson(rows),
        now + this.#ttlMs,
        now,
        Math.max(SMALLEST_SWEEP, 2 * records.length),
      ),
    );
  }

  /** Ids with a record of their own, and those that are `sent`. */
  async recall(ids: readonly string[]): Promise<readonly SentRecord[]> {
    if (ids.length === 0) return [];
    const now = this.#clock.now();
    const asked = storableIds(ids);
    const rows = await withCacheFaults('recall', async () => [
      ...(await this.#session.read(RECALL_SENT, asked, now - this.#ttlMs)),
      ...(await this.#session.read(RECALL, asked, now)),
    ]);
    // The later one counts: a record of its own.
    return [...new Map(rows.flatMap(readRecord).map((record) => [record.id, record])).values()];
  }

  async forget(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await withCacheFaults('forget', () => this.#session.write(FORGET, storableIds(ids)));
  }

  isSettledWith(repository: MessageQueue): boolean {
    return repository === this.#messages;
  }
}

/** Nothing for a row that cannot be read. */
function readRecord(row: SqlRow): readonly SentRecord[] {
  const sentAt = instant(row.sent_at);
  const id = readText(row.id);
  if (id === null || sentAt === null) return [];
  return [{ id, webhookMessageId: readText(row.webhook_message_id), sentAt }];
}
