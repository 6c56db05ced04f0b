import { DatabaseSync } from 'node:sqlite';
import { SqliteStore } from '@messaging-system/adapters-sqlite';

const AT_ONCE = 100_000;

// One millisecond apart, as a backlog that has grown over time. Without the cast the numbers are real ones, and no phone number is valid.
const INSERT = `
WITH RECURSIVE numbers(n) AS (VALUES (CAST(?1 AS INTEGER)) UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?2)
INSERT INTO messages (id, phone_number, content, created_at, due_at, available_at)
SELECT printf('%024x', n + 1), '+90555' || (1000000 + n % 9000000),
  'Your order ' || n || ' has been shipped and will be with you tomorrow between nine and twelve.', ?3 + n, ?3 + n, ?3 + n
FROM numbers`;

/** A file of ours with so many messages that are due. */
export async function fillSqlite(path: string, size: number): Promise<void> {
  const store = await SqliteStore.open({ path });
  await store.close();
  const database = new DatabaseSync(path);
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -262144');
  const insert = database.prepare(INSERT);
  const firstDueAt = Date.now() - size - 1;
  for (let done = 0; done < size; done += AT_ONCE) {
    insert.run(done, Math.min(done + AT_ONCE, size), firstDueAt);
  }
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}
