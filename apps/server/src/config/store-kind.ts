import type { Config } from './config.ts';

export type StoreKind = 'sqlite' | 'mongo' | 'postgres';

type Stores = Pick<Config, 'mongo' | 'postgres' | 'redis'>;

/** Where the messages are: in the database that is configured, else in the SQLite file. Two databases are refused. */
export function storeKind({ mongo, postgres }: Pick<Stores, 'mongo' | 'postgres'>): StoreKind {
  if (postgres.uri !== undefined) return 'postgres';
  return mongo.uri === undefined ? 'sqlite' : 'mongo';
}

/** Whether the SQLite file is used at all: MongoDB without Redis has its sent cache there. */
export function usesSqliteFile(config: Stores): boolean {
  const kind = storeKind(config);
  return kind === 'sqlite' || (kind === 'mongo' && config.redis.uri === undefined);
}
