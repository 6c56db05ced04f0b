import { PostgresStore } from '@messaging-system/adapters-postgres';
import { Client } from 'pg';
import { databaseNamed } from '../../services/service-addresses.ts';

// One millisecond apart, as a backlog that has grown over time.
const INSERT = `
INSERT INTO messaging.messages (id, phone_number, content, created_at, due_at, available_at)
SELECT lpad(to_hex(n + 1), 24, '0'), '+90555' || (1000000 + n % 9000000),
  'Your order ' || n || ' has been shipped and will be with you tomorrow between nine and twelve.',
  $1::bigint + n, $1::bigint + n, $1::bigint + n
FROM generate_series(0, $2::bigint - 1) AS n`;

/** A database of its own with so many messages that are due, right after the load: no vacuum, no analyze. */
export async function fillPostgres(runId: string, size: number): Promise<void> {
  const { url } = await databaseNamed(runId);
  const store = await PostgresStore.open({ uri: url });
  await store.close();
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(INSERT, [Date.now() - size - 1, size]);
  await client.end();
}
