import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import type { MessageRepositoryProbe } from '@messaging-system/contract-tests';
import type { MessageStatus } from '@messaging-system/core';
import type { StoredMessage } from '@messaging-system/core/adapter';

/** A plain connection to the file, as another program would have it. */
export function openPlain(path: string): DatabaseSync {
  return new DatabaseSync(path, { timeout: 5000 });
}

/** A transaction that goes on reading what was there when it began. */
export function openReader(path: string): DatabaseSync {
  const reader = new DatabaseSync(path, { readOnly: true });
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM messages').get();
  return reader;
}

export function probeOf(database: DatabaseSync, path: string): MessageRepositoryProbe {
  return {
    async read(id) {
      const row = database.prepare('SELECT * FROM messages WHERE id = ?').get(id);
      return row === undefined ? null : readStored(row);
    },

    putForeign: async (texts) => put(database, texts, 'unsent'),
    putForeignSent: async (texts) => put(database, texts, 'sent'),

    async markSentElsewhere(id) {
      database
        .prepare("UPDATE messages SET status = 'sent', webhook_message_id = 'elsewhere' WHERE id = ?")
        .run(id);
    },

    async holdCopies() {
      const reader = openReader(path);
      return async () => reader.close();
    },

    async putMany(count) {
      database
        .prepare(
          `WITH RECURSIVE made (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM made WHERE n < ?)
           INSERT INTO messages (phone_number, content) SELECT '+905551111111', 'One of many' FROM made`,
        )
        .run(count);
    },
  };
}

function put(
  database: DatabaseSync,
  { phoneNumber, content }: { readonly phoneNumber: string; readonly content: string },
  status: string,
): string {
  const row = database
    .prepare('INSERT INTO messages (phone_number, content, status) VALUES (?, ?, ?) RETURNING id')
    .get(phoneNumber, content, status);
  return String(row?.id);
}

/** A row as core's record, by a mapping of the tests' own. */
function readStored(row: Record<string, SQLOutputValue>): StoredMessage {
  const number = (column: string): number | null => (row[column] === null ? null : Number(row[column]));
  const text = (column: string): string | null => (row[column] === null ? null : String(row[column]));
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
    history: JSON.parse(text('history') ?? '[]'),
    traceparent: text('traceparent'),
    ...(row.metadata !== null && { metadata: JSON.parse(text('metadata') ?? '') }),
  };
  // As it stands: whatever is left of a lease must be seen, although the type rules it out.
  const left = { token, journals: row.lease_journals === 1, begunAt: number('begun_at') };
  const lease = token === null && !left.journals && left.begunAt === null ? null : left;
  return { message, lease, inDoubt: row.in_doubt === 1, settledBy: text('settled_by') } as StoredMessage;
}
