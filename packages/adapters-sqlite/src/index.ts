export { backupSqliteFile } from './backup-sqlite-file.ts';
export type { SqliteMessageRepository } from './sqlite-message-repository.ts';
export type { SqliteSentCache } from './sqlite-sent-cache.ts';
export { SqliteStore, type SqliteStoreOptions } from './sqlite-store.ts';
