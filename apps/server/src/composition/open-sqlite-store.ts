import { SqliteStore } from '@messaging-system/adapters-sqlite';
import type { Config } from '../config/config.ts';
import { StartError } from '../life-cycle/start-error.ts';
import type { OpenSentCache } from './open-sent-cache.ts';
import type { OpenStore } from './open-store.ts';
import { sqliteStoreName } from './store-name.ts';

/** Messages and sent cache in one file. @throws StartError when it cannot be opened */
export async function openSqliteStore(
  { sqlite, redis }: Config,
  lifetimes: AsyncDisposableStack,
): Promise<OpenStore & OpenSentCache> {
  try {
    const store = await SqliteStore.open({ path: sqlite.path, sentCacheTtlMs: redis.ttl });
    lifetimes.defer(() => store.close());
    return {
      repository: store.messages,
      sentCache: store.sentCache,
      name: sqliteStoreName(sqlite),
      warnings: [],
    };
  } catch (error) {
    throw new StartError(`open the SQLite file ${sqlite.path}`, error);
  }
}
