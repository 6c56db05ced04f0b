import type { Message } from '@messaging-system/core';
import {
  isMessageStatus,
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
import type { Row } from './statements.ts';

/** The selected columns of a message, in the order that `storedFromRow` takes apart. */
export const MESSAGE_COLUMNS: string =
  'id, phone_number, content, status, webhook_message_id, sent_at, created_at, send_at, expires_at, idempotency_key, due_at, available_at, ' +
  'leased_until, lease_token, lease_journals, begun_at, in_doubt, settled_at, settled_by, attempts, lost_leases, reason, history, traceparent, metadata';

/**
 * Reads a row as far as it can. A value that is not a text, an instant or a count counts as absent. Never
 * throws.
 */
export function storedFromRow(row: Row): StoredMessage {
  const [
    id,
    phoneNumber,
    content,
    status,
    webhookMessageId,
    sentAt,
    createdAt,
    sendAt,
    expiresAt,
    idempotencyKey,
    dueAt,
    availableAt,
    leasedUntil,
    leaseToken,
    leaseJournals,
    begunAt,
    inDoubt,
    settledAt,
    settledBy,
    attempts,
    lostLeases,
    reason,
    history,
    traceparent,
    metadata,
  ] = row;
  const token = readText(leaseToken);
  const message: Message = {
    id: readText(id) ?? '',
    phoneNumber: readText(phoneNumber) ?? '',
    content: readText(content) ?? '',
    // An operator can redrive what is `unknown`, and so repair it.
    status: isMessageStatus(status) ? status : 'unknown',
    webhookMessageId: readText(webhookMessageId),
    sentAt: readInstant(sentAt),
    createdAt: readInstant(createdAt),
    sendAt: readInstant(sendAt),
    expiresAt: readInstant(expiresAt),
    idempotencyKey: readText(idempotencyKey),
    dueAt: readInstant(dueAt),
    availableAt: readInstant(availableAt),
    leasedUntil: readInstant(leasedUntil),
    settledAt: readInstant(settledAt),
    attempts: readCount(attempts),
    lostLeases: readCount(lostLeases),
    reason: readText(reason),
    history: history === null ? [] : readAttempts(parsed(history)),
    traceparent: validTraceparent(readText(traceparent)),
  };
  return storedMessage({
    message: metadata === null ? message : withMetadata(readMetadata(parsed(metadata)), message),
    lease: token === null ? null : { token, journals: leaseJournals === 1, begunAt: readInstant(begunAt) },
    inDoubt: inDoubt === 1,
    settledBy: readText(settledBy),
  });
}

// OR FAIL spares a statement journal, which the table's trigger would make every row pay for: a row that
// fails takes its whole transaction, or savepoint, with it in any case.
const insertOf = (names: string, values: string): string => `
INSERT OR FAIL INTO messages
  (id, phone_number, content, created_at, send_at, expires_at, idempotency_key, due_at, available_at, traceparent${names})
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9${values})`;

export const INSERT: string = insertOf('', '');

/** Most messages have none, and need not pay for a column more. */
export const INSERT_WITH_METADATA: string = insertOf(', metadata', ', ?10');

/** The values of `INSERT` for a message, in its order. */
export function insertedValues(message: Message): readonly (string | number | null)[] {
  return [
    message.id,
    message.phoneNumber,
    message.content,
    message.createdAt,
    message.sendAt,
    message.expiresAt,
    message.idempotencyKey,
    message.availableAt,
    message.traceparent,
  ];
}

/** As UTF-8 keeps it: half a surrogate pair becomes U+FFFD, so that a repeated request compares equal. */
export function wellFormed(message: NewMessage): NewMessage {
  return {
    ...message,
    phoneNumber: message.phoneNumber.toWellFormed(),
    content: message.content.toWellFormed(),
    idempotencyKey: message.idempotencyKey?.toWellFormed() ?? null,
  };
}

export function messageFromRow(row: Row): Message {
  return storedFromRow(row).message;
}

/** Null for text that is not JSON: an edit by hand. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return null;
  try {
    return JSON.parse(value);
  } catch {
    return null;
  }
}
