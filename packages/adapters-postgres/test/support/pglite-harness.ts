import { PGlite } from '@electric-sql/pglite';
import { type MessageRepositoryHarness, NOW } from '@messaging-system/contract-tests';
import { ManualClock } from '@messaging-system/core/in-memory';
import { PostgresStore, pgliteDatabase } from '../../src/index.ts';
import { probeOf } from './probe.ts';

let shared: Promise<PGlite> | null = null;
let schemas = 0;

/** One PostgreSQL inside this process for all tests of the file: starting it takes a second or two. */
export function sharedPGlite(): Promise<PGlite> {
  shared ??= PGlite.create();
  return shared;
}

export async function closePGlite(): Promise<void> {
  await (await shared)?.close();
  shared = null;
}

export function freshSchema(): string {
  schemas += 1;
  return `messaging_${schemas}`;
}

/** A schema of its own. Every instance has the one connection that there is. */
export async function openPGliteHarness(): Promise<MessageRepositoryHarness> {
  const pglite = await sharedPGlite();
  const schema = freshSchema();
  // By it no search takes long, on a busy machine neither.
  const clock = new ManualClock(NOW + 60_000);
  const stores: PostgresStore[] = [];
  const open = async (): Promise<PostgresStore> => {
    const store = await PostgresStore.open({ database: pgliteDatabase(pglite), schema, clock });
    stores.push(store);
    return store;
  };
  const { messages } = await open();
  return {
    repository: messages,
    openAnother: async () => (await open()).messages,

    async openUnreachable() {
      const gone = await PGlite.create();
      const store = await PostgresStore.open({ database: pgliteDatabase(gone) });
      await gone.close();
      return store.messages;
    },

    probe: probeOf({ query: (text, values) => pglite.query<Record<string, unknown>>(text, values) }, schema),

    async close() {
      for (const store of stores) await store.close();
      await pglite.exec(`DROP SCHEMA ${schema} CASCADE`);
    },
  };
}
