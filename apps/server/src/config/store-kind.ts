import type { Config } from './config.ts';

type Stores = Pick<Config, 'mongo' | 'postgres' | 'redis'>;

/** Where the messages are: in the database that is configured, else in the SQLite file. Two databases are refused. */
export function storeKind({ mongo, postgres }: Stores): 'mongodb' | 'postgresql' | 'sqlite' {
  if (postgres.uri !== undefined) return 'postgresql';
  return mongo.uri === undefined ? 'sqlite' : 'mongodb';
}

/** Where the sent cache is: in Redis if that is configured, else with the messages, else in the SQLite file. */
export function cacheKind(config: Stores): 'postgresql' | 'redis' | 'sqlite' {
  if (config.redis.uri !== undefined) return 'redis';
  return storeKind(config) === 'postgresql' ? 'postgresql' : 'sqlite';
}

export function usesSqliteFile(config: Stores): boolean {
  return storeKind(config) === 'sqlite' || cacheKind(config) === 'sqlite';
}
