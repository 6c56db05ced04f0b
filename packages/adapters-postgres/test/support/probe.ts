import type { MessageRepositoryProbe } from '@messaging-system/contract-tests';
import type { StoredMessage } from '@messaging-system/core/adapter';
import { readStoredRow } from '../../../../tooling/read-stored-row.ts';
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

/** A row as core's record. Columns that are never null have an empty text or 0 for none. */
function readStored(row: SqlRow): StoredMessage {
  const availableAt = row.status === 'unsent' ? row.available_at : null;
  const token = row.lease_token === '' ? null : row.lease_token;
  return readStoredRow({
    ...row,
    available_at: availableAt,
    leased_until: token === null ? null : availableAt,
    lease_token: token,
    settled_at: Number(row.settled_at) === 0 ? null : row.settled_at,
    settled_by: row.settled_by === '' ? null : row.settled_by,
  });
}
