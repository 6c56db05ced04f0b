import { mongoName, postgresName, redisName, sqliteName } from '../../tooling/server-names.ts';

/** The stores of a server process, and the servers that each needs. */
export const SERVICES_OF = {
  sqlite: [],
  mongo: ['mongo', 'redis'],
  postgres: ['postgres'],
} as const satisfies Record<string, readonly Service[]>;

export type StoreName = keyof typeof SERVICES_OF;

// The keys of the object above are exactly the names.
export const STORE_NAMES = Object.keys(SERVICES_OF) as StoreName[];

export type Service = 'mongo' | 'redis' | 'postgres';

/** Where the servers of one store are; empty for SQLite. */
export type ServerUris = Readonly<Partial<Record<Service, string>>>;

/** The names of those servers, as they say them themselves. */
export async function serverNames({ mongo, redis, postgres }: ServerUris): Promise<readonly string[]> {
  const names = await Promise.all([
    ...(mongo === undefined ? [] : [mongoName(mongo)]),
    ...(redis === undefined ? [] : [redisName(redis)]),
    ...(postgres === undefined ? [] : [postgresName(postgres)]),
  ]);
  return names.length === 0 ? [sqliteName()] : names;
}
