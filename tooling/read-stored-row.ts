import type { MessageStatus } from '@messaging-system/core';
import type { StoredMessage } from '@messaging-system/core/adapter';

/** A row of SQLite or PostgreSQL as core's record, by a mapping that is not the adapters' own. */
export function readStoredRow(row: Readonly<Record<string, unknown>>): StoredMessage {
  const number = (column: string): number | null => (row[column] === null ? null : Number(row[column]));
  const text = (column: string): string | null => (row[column] === null ? null : String(row[column]));
  const isTrue = (column: string): boolean => row[column] === true || row[column] === 1;
  const token = text('lease_token');
  const message = {
    id: String(row.id),
    phoneNumber: String(row.phone_number),
    content: String(row.content),
    // The messages of the tests have one of the five.
    status: String(row.status) as MessageStatus,
    webhookMessageId: text('webhook_message_id'),
    sentAt: number('sent_at'),
    createdAt: number('created_at'),
    sendAt: number('send_at'),
    expiresAt: number('expires_at'),
    idempotencyKey: text('idempotency_key'),
    dueAt: number('due_at'),
    availableAt: number('available_at'),
    leasedUntil: number('leased_until'),
    settledAt: number('settled_at'),
    attempts: number('attempts') ?? 0,
    lostLeases: number('lost_leases') ?? 0,
    reason: text('reason'),
    history: json(row.history) ?? [],
    traceparent: text('traceparent'),
    ...(row.metadata !== null && { metadata: json(row.metadata) }),
  };
  // As it stands: whatever is left of a lease must be seen, although the type rules it out.
  const left = { token, journals: isTrue('lease_journals'), begunAt: number('begun_at') };
  const lease = token === null && !left.journals && left.begunAt === null ? null : left;
  return { message, lease, inDoubt: isTrue('in_doubt'), settledBy: text('settled_by') } as StoredMessage;
}

/** Drivers differ in whether they parse JSON. */
function json(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : value;
}
