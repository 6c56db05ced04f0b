export {
  SqliteMessageRepository,
  type SqliteMessageRepositoryOptions,
} from './sqlite-message-repository.ts';
export { SqliteSentCache } from './sqlite-sent-cache.ts';
export { SqliteStore, type SqliteStoreOptions } from './sqlite-store.ts';
