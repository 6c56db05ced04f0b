import type { MongoClient } from 'mongodb';
import type { Config } from '../config/config.ts';

/** What the store of this configuration is called in log lines; nothing is opened for it. Carries no secret. */
export async function storeName({ mongo, sqlite }: Config): Promise<string> {
  if (mongo.uri === undefined) return sqliteStoreName(sqlite);
  const { mongoClient } = await import('./mongo-client.ts');
  return mongoStoreName(mongoClient(mongo.uri), mongo);
}

export function sqliteStoreName({ path }: Config['sqlite']): string {
  return `SQLite ${path}`;
}

export function mongoStoreName(
  client: MongoClient,
  { database, messageCollection }: Config['mongo'],
): string {
  return `MongoDB at ${mongoHosts(client)}, ${database}.${messageCollection}`;
}

/** Without user, password and options. */
export function mongoHosts({ options }: MongoClient): string {
  return options.srvHost ?? options.hosts.join(',');
}
