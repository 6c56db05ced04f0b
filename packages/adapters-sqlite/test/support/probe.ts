import { DatabaseSync } from 'node:sqlite';
import type { MessageRepositoryProbe } from '@messaging-system/contract-tests';
import { readStoredRow } from '../../../../tooling/read-stored-row.ts';

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
      return row === undefined ? null : readStoredRow(row);
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
