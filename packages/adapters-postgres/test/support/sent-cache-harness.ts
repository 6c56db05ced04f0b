import { NOW, type SentCacheHarness } from '@messaging-system/contract-tests';
import { ManualClock } from '@messaging-system/core/in-memory';
import { Pool } from 'pg';
import { PostgresStore, pgliteDatabase, type SqlConnection } from '../../src/index.ts';
import { openCutProxy } from './cut-proxy.ts';
import { freshSchema, sharedPGlite } from './pglite-harness.ts';
import type { PostgresWorld } from './services.ts';

const TTL_MS = 86_400_000;

// An integer that no JavaScript number holds exactly, and no date reaches.
const UNREADABLE = '9007199254740993';

export async function openSentCacheHarness({ uri, freshName }: PostgresWorld): Promise<SentCacheHarness> {
  const schema = freshName();
  const clock = aClock();
  const plain = new Pool({ connectionString: uri, max: 2 });
  const closing: (() => Promise<unknown>)[] = [];
  const open = async (at = uri): Promise<PostgresStore> => {
    const store = await PostgresStore.open({ uri: at, schema, clock, maxConnections: 5 });
    closing.push(() => store.close());
    return store;
  };
  const store = await open();
  return {
    ...harnessOf(store, plain, schema, clock),
    openAnother: async () => (await open()).sentCache,

    async openUnreachable() {
      const proxy = await openCutProxy(uri);
      const unreachable = await open(proxy.uri);
      await proxy.cut();
      return unreachable.sentCache;
    },

    async close() {
      for (const close of closing) await close();
      await plain.query(`DROP SCHEMA ${schema} CASCADE`);
      await plain.end();
    },
  };
}

export async function openPGliteCacheHarness(): Promise<SentCacheHarness> {
  const pglite = await sharedPGlite();
  const schema = freshSchema();
  const clock = aClock();
  const open = (): Promise<PostgresStore> =>
    PostgresStore.open({ database: pgliteDatabase(pglite), schema, clock });
  const plain: SqlConnection = {
    query: (text, values) => pglite.query<Record<string, unknown>>(text, values),
  };
  return {
    ...harnessOf(await open(), plain, schema, clock),
    openAnother: async () => (await open()).sentCache,
    close: async () => void (await pglite.exec(`DROP SCHEMA ${schema} CASCADE`)),
  };
}

/** After everything that the builders settle. */
function aClock(): ManualClock {
  return new ManualClock(NOW + 60_000);
}

function harnessOf(store: PostgresStore, plain: SqlConnection, schema: string, clock: ManualClock) {
  return {
    cache: store.sentCache,
    repository: store.messages,
    ttlMs: TTL_MS,

    expire: () => clock.advance(TTL_MS),

    async probeTtlMs(id: string) {
      const { rows } = await plain.query(
        `SELECT expires_at FROM ${schema}.sent_cache WHERE id = $1
         UNION ALL SELECT settled_at + $2::bigint FROM ${schema}.messages WHERE id = $1 AND status = 'sent'`,
        [id, TTL_MS],
      );
      return rows[0] === undefined ? null : Number(rows[0].expires_at) - clock.now();
    },

    async corrupt(id: string) {
      await plain.query(
        `INSERT INTO ${schema}.sent_cache (id, sent_at, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT (id) DO UPDATE SET sent_at = excluded.sent_at`,
        [id, UNREADABLE, clock.now() + TTL_MS],
      );
    },
  };
}
