import type { Message } from '@messaging-system/core';
import {
  isMessageStatus,
  type Metadata,
  type NewMessage,
  readAttempts,
  readCount,
  readInstant,
  readMetadata,
  readText,
  type StoredMessage,
  storedMessage,
  validTraceparent,
  withMetadata,
} from '@messaging-system/core/adapter';
import type { SqlRow } from './database.ts';

const NAMES = [
  'id',
  'phone_number',
  'content',
  'status',
  'webhook_message_id',
  'sent_at',
  'created_at',
  'send_at',
  'expires_at',
  'idempotency_key',
  'due_at',
  'available_at',
  'lease_token',
  'lease_journals',
  'begun_at',
  'in_doubt',
  'settled_at',
  'settled_by',
  'attempts',
  'lost_leases',
  'reason',
  'history',
  'traceparent',
  'metadata',
] as const;

/** The selected columns of a message. */
export const MESSAGE_COLUMNS: string = NAMES.map((name) => `m.${name}`).join(', ');

/**
 * Reads a row, whatever driver it comes from: a `bigint` may be a text, a number or a BigInt, JSON a text or a value.
 * The columns without a value are never null: an empty text means no lease, and 0 means no instant, in those that say so
 * here. The end of a lease is when the message is available again.
 */
export function storedFromRow(row: SqlRow): StoredMessage {
  const status = readText(row.status);
  const token = readText(row.lease_token) || null;
  const availableAt = status === 'unsent' ? instant(row.available_at) : null;
  const message: Message = {
    id: readText(row.id) ?? '',
    phoneNumber: readText(row.phone_number) ?? '',
    content: readText(row.content) ?? '',
    // An operator can redrive what is `unknown`, and so repair it.
    status: isMessageStatus(status) ? status : 'unknown',
    webhookMessageId: readText(row.webhook_message_id),
    sentAt: instant(row.sent_at),
    createdAt: instant(row.created_at),
    sendAt: instant(row.send_at),
    expiresAt: instant(row.expires_at),
    idempotencyKey: readText(row.idempotency_key),
    dueAt: instant(row.due_at),
    availableAt,
    leasedUntil: token === null ? null : availableAt,
    settledAt: instant(row.settled_at) || null,
    attempts: readCount(Number(row.attempts)),
    lostLeases: readCount(Number(row.lost_leases)),
    reason: readText(row.reason),
    history: readAttempts(parsed(row.history)),
    traceparent: validTraceparent(readText(row.traceparent)),
  };
  return storedMessage({
    message: row.metadata === null ? message : withMetadata(readMetadata(parsed(row.metadata)), message),
    lease:
      token === null ? null : { token, journals: isTrue(row.lease_journals), begunAt: instant(row.begun_at) },
    inDoubt: isTrue(row.in_doubt),
    settledBy: readText(row.settled_by) || null,
  });
}

/**
 * By key, so that callers with the same keys in different orders wait for each other in one order. A key that is taken
 * stores nothing; one that another transaction is storing is waited for.
 */
export const INSERT: string = `
INSERT INTO messaging.messages AS m
  (id, phone_number, content, created_at, send_at, expires_at, idempotency_key, due_at, available_at, traceparent, metadata)
SELECT a.id, a.phone_number, a.content, a.created_at, a.send_at, a.expires_at, a.idempotency_key, a.due_at, a.due_at, a.traceparent,
  a.metadata
FROM json_to_recordset($1::json) AS a (
  id text, phone_number text, content text, created_at bigint, send_at bigint, expires_at bigint, idempotency_key text,
  due_at bigint, traceparent text, metadata jsonb
)
ORDER BY a.idempotency_key COLLATE "C", a.id COLLATE "C"
ON CONFLICT (idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
RETURNING m.id`;

/** The values of `INSERT` for a message, as one object of its JSON. */
export function insertedRow(message: Message): object {
  return {
    id: message.id,
    phone_number: message.phoneNumber,
    content: message.content,
    created_at: message.createdAt,
    send_at: message.sendAt,
    expires_at: message.expiresAt,
    idempotency_key: message.idempotencyKey,
    due_at: message.dueAt,
    traceparent: message.traceparent,
    ...(message.metadata !== undefined && { metadata: message.metadata }),
  };
}

/** A request as PostgreSQL keeps it, so that a repeated one compares equal. */
export function storableRequest(message: NewMessage): NewMessage {
  return {
    ...message,
    phoneNumber: storable(message.phoneNumber),
    content: storable(message.content),
    idempotencyKey: message.idempotencyKey === null ? null : storable(message.idempotencyKey),
    ...(message.metadata !== undefined && { metadata: storableEntries(message.metadata) }),
  };
}

function storableEntries(metadata: Metadata): Metadata {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, storable(value)]));
}

export function messageFromRow(row: SqlRow): Message {
  return storedFromRow(row).message;
}

export function instant(value: unknown): number | null {
  return value === null || value === undefined ? null : readInstant(Number(value));
}

export function isTrue(value: unknown): boolean {
  return value === true || value === 't' || value === 'true';
}

/** A value of a column that is `jsonb`, so a text is JSON. */
function parsed(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : value;
}

/**
 * A text as PostgreSQL can keep it: half a surrogate pair and the character NUL become U+FFFD. So nothing that a
 * receiver answers keeps a message from being settled.
 */
export function storable(value: string): string {
  return value.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** Rows as one parameter: every driver can pass a text on. */
export function asJson(rows: readonly object[]): string {
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === 'string' ? storable(value) : value));
}
