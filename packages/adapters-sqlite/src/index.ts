export { backupSqliteFile } from './backup.ts';
export type { SqliteMessageRepository } from './repository.ts';
export type { SqliteSentCache } from './sent-cache.ts';
export { SqliteStore, type SqliteStoreOptions } from './store.ts';
