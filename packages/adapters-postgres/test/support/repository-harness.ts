import { type MessageRepositoryHarness, NOW } from '@messaging-system/contract-tests';
import { ManualClock } from '@messaging-system/core/in-memory';
import { Pool } from 'pg';
import { raceProcesses } from '../../../../tooling/race-processes.ts';
import { PostgresStore, poolDatabase, type SqlConnection, type SqlDatabase } from '../../src/index.ts';
import { openCutProxy } from './cut-proxy.ts';
import { probeOf } from './probe.ts';
import type { PostgresWorld } from './services.ts';

const CLAIM_UNTIL_EMPTY = new URL('./claim-until-empty.ts', import.meta.url);

/** Another text for a statement of the adapter: what makes a broken double of it. */
export type ChangeOfSql = (text: string) => string;

/** A schema of its own in the test file's database, with plain connections as the probe. */
export async function openRepositoryHarness(
  { uri, freshName }: PostgresWorld,
  change?: ChangeOfSql,
): Promise<MessageRepositoryHarness> {
  const schema = freshName();
  const plain = new Pool({ connectionString: uri, max: 3 });
  // After all that the builders settle. By it no search takes long, on a busy machine neither.
  const clock = new ManualClock(NOW + 60_000);
  const closing: (() => Promise<unknown>)[] = [];
  const open = async (at = uri): Promise<PostgresStore> => {
    const pool = change === undefined ? null : new Pool({ connectionString: at, max: 5 });
    const where =
      pool === null || change === undefined
        ? { uri: at, maxConnections: 5 }
        : { database: changed(pool, change) };
    const store = await PostgresStore.open({ ...where, schema, clock });
    closing.push(() => store.close());
    if (pool !== null) closing.push(() => pool.end());
    return store;
  };
  const { messages } = await open();

  return {
    repository: messages,
    openAnother: async () => (await open()).messages,

    async openUnreachable() {
      const proxy = await openCutProxy(uri);
      const unreachable = await open(proxy.uri);
      await proxy.cut();
      return unreachable.messages;
    },

    probe: {
      ...probeOf(plain, schema),
      async holdCopies() {
        const reader = await plain.connect();
        await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
        await reader.query(`SELECT count(*) FROM ${schema}.messages`);
        return async () => {
          await reader.query('COMMIT');
          reader.release();
        };
      },
    },

    raceProcesses: ({ count, ...request }) =>
      raceProcesses(CLAIM_UNTIL_EMPTY, count, { uri, schema, ...request }),

    async close() {
      for (const close of closing) await close();
      await plain.query(`DROP SCHEMA ${schema} CASCADE`);
      await plain.end();
    },
  };
}

function changed(pool: Pool, change: ChangeOfSql): SqlDatabase {
  const database = poolDatabase(pool);
  const connectionOf = (connection: SqlConnection): SqlConnection => ({
    query: (text, values) => connection.query(change(text), values),
  });
  return {
    ...connectionOf(database),
    transaction: (begin, work) => database.transaction(begin, (connection) => work(connectionOf(connection))),
    run: (statements) => database.run(statements),
    listen: (channel, onPayload, onLost) => database.listen(channel, onPayload, onLost),
    close: () => database.close(),
  };
}
