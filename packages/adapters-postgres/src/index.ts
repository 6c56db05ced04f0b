/**
 * Messages and sent cache in PostgreSQL.
 * @module @messaging-system/adapters-postgres
 */

export type { SqlConnection, SqlDatabase, SqlRow } from './database.ts';
export { type PGliteLike, pgliteDatabase } from './pglite-database.ts';
export { type PoolDatabaseOptions, poolDatabase } from './pool-database.ts';
export { clientConfig } from './pool-options.ts';
export type { PostgresMessageRepository } from './repository.ts';
export type { PostgresSentCache } from './sent-cache.ts';
export {
  type PostgresDatabaseOptions,
  PostgresStore,
  type PostgresStoreOptions,
  type PostgresUriOptions,
} from './store.ts';
