/**
 * Messages and sent cache in one SQLite file.
 * @module @messaging-system/adapters-sqlite
 */

export { backupSqliteFile } from './backup.ts';
export { needsMigration } from './needs-migration.ts';
export type { SqliteMessageRepository } from './repository.ts';
export type { SqliteSentCache } from './sent-cache.ts';
export { SqliteStore, type SqliteStoreOptions } from './store.ts';
