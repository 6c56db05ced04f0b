import { NOW, type SentCacheHarness } from '@messaging-system/contract-tests';
import { ManualClock } from '@messaging-system/core/in-memory';
import { SqliteStore } from '../../src/index.ts';
import { openPlain } from './probe.ts';
import { temporaryFile } from './temporary-file.ts';

const TTL_MS = 86_400_000;

// An integer that no JavaScript number holds exactly.
const UNREADABLE = 9_007_199_254_740_993n;

export async function openSentCacheHarness(): Promise<SentCacheHarness> {
  const file = await temporaryFile();
  // After everything that the builders settle.
  const clock = new ManualClock(NOW + 60_000);
  const stores: SqliteStore[] = [];
  const open = async (): Promise<SqliteStore> => {
    const store = await SqliteStore.open({ path: file.path, clock });
    stores.push(store);
    return store;
  };
  const store = await open();
  const plain = openPlain(file.path);

  return {
    cache: store.sentCache,
    repository: store.messages,
    ttlMs: TTL_MS,
    openAnother: async () => (await open()).sentCache,

    async openUnreachable() {
      const closed = await open();
      await closed.close();
      return closed.sentCache;
    },

    expire: () => clock.advance(TTL_MS),

    async probeTtlMs(id) {
      const row = plain
        .prepare(
          `SELECT expires_at FROM sent_cache WHERE id = ?1
           UNION ALL SELECT settled_at + ?2 FROM messages WHERE id = ?1 AND status = 'sent'`,
        )
        .get(id, TTL_MS);
      return row === undefined ? null : Number(row.expires_at) - clock.now();
    },

    async corrupt(id) {
      plain
        .prepare('INSERT OR REPLACE INTO sent_cache (id, sent_at, expires_at) VALUES (?, ?, ?)')
        .run(id, UNREADABLE, clock.now() + TTL_MS);
    },

    async close() {
      for (const opened of stores) await opened.close();
      plain.close();
      await file.remove();
    },
  };
}
