import type { MessageRepositoryProbe } from '@messaging-system/contract-tests';
import type { MessageStatus } from '@messaging-system/core';
import type { StoredMessage } from '@messaging-system/core/adapter';
import type { SqlConnection, SqlRow } from '../../src/index.ts';

/** Reads and writes the tables of a schema by statements of the tests' own. */
export function probeOf(connection: SqlConnection, schema: string): MessageRepositoryProbe {
  return {
    async read(id) {
      const { rows } = await connection.query(`SELECT * FROM ${schema}.messages WHERE id = $1`, [id]);
      return rows[0] === undefined ? null : readStored(rows[0]);
    },

    async putForeignSent({ phoneNumber, content }) {
      const { rows } = await connection.query(
        `INSERT INTO ${schema}.messages (phone_number, content, status) VALUES ($1, $2, 'sent') RETURNING id`,
        [phoneNumber, content],
      );
      return String(rows[0]?.id);
    },

    async markSentElsewhere(id) {
      await connection.query(
        `UPDATE ${schema}.messages SET status = 'sent', webhook_message_id = 'elsewhere' WHERE id = $1`,
        [id],
      );
    },

    async putMany(count) {
      await connection.query(
        `INSERT INTO ${schema}.messages (phone_number, content)
         SELECT '+905551111111', 'One of many' FROM generate_series(1, $1::integer)`,
        [count],
      );
    },
  };
}

/** A row as core's record, by a mapping of the tests' own. */
function readStored(row: SqlRow): StoredMessage {
  const number = (column: string): number | null => (row[column] === null ? null : Number(row[column]));
  const text = (column: string): string | null => (row[column] === null ? null : String(row[column]));
  const isUnsent = row.status === 'unsent';
  const token = row.lease_token === '' ? null : text('lease_token');
  const message = {
    id: String(row.id),
    phoneNumber: String(row.phone_number),
    content: String(row.content),
    // The table has no other.
    status: String(row.status) as MessageStatus,
    webhookMessageId: text('webhook_message_id'),
    sentAt: number('sent_at'),
    createdAt: number('created_at'),
    sendAt: number('send_at'),
    expiresAt: number('expires_at'),
    idempotencyKey: text('idempotency_key'),
    dueAt: number('due_at'),
    availableAt: isUnsent ? number('available_at') : null,
    leasedUntil: isUnsent && token !== null ? number('available_at') : null,
    settledAt: Number(row.settled_at) === 0 ? null : number('settled_at'),
    attempts: number('attempts') ?? 0,
    lostLeases: number('lost_leases') ?? 0,
    reason: text('reason'),
    history: json(row.history),
    traceparent: text('traceparent'),
    ...(row.metadata !== null && { metadata: json(row.metadata) }),
  };
  // As it stands: whatever is left of a lease must be seen, although the type rules it out.
  const left = { token, journals: row.lease_journals === true, begunAt: number('begun_at') };
  const lease = token === null && !left.journals && left.begunAt === null ? null : left;
  return {
    message,
    lease,
    inDoubt: row.in_doubt === true,
    settledBy: row.settled_by === '' ? null : text('settled_by'),
  } as StoredMessage;
}

/** Drivers differ in whether they parse JSON. */
function json(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : value;
}
