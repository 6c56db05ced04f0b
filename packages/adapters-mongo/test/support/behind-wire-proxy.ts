import { type Db, MongoClient, type MongoClientOptions } from 'mongodb';
import { onTestFinished } from 'vitest';
import {
  MongoMessageRepository,
  type MongoMessageRepositoryOptions,
  mongoClientOptions,
} from '../../src/index.ts';
import type { MongoWorld } from './services.ts';
import { type Answer, WireProxy } from './wire-proxy.ts';

/** A collection of a test's own behind a proxy. */
export interface BehindWireProxy {
  readonly proxy: WireProxy;
  readonly client: MongoClient;
  readonly db: Db;
  readonly collection: string;
  open(changes?: Partial<MongoMessageRepositoryOptions>): Promise<MongoMessageRepository>;
}

/** Both are there until the test ends. */
export async function behindWireProxy(
  world: MongoWorld,
  options: MongoClientOptions = {},
): Promise<BehindWireProxy> {
  const proxy = await WireProxy.open(world.uri);
  const client = new MongoClient(proxy.uri, { ...mongoClientOptions, monitorCommands: true, ...options });
  onTestFinished(async () => {
    await client.close();
    await proxy.close();
  });
  const db = client.db(world.db.databaseName);
  const collection = world.freshName();
  return {
    proxy,
    client,
    db,
    collection,
    open: (changes: Partial<MongoMessageRepositoryOptions> = {}) =>
      MongoMessageRepository.open({ db, collection, ...changes }),
  };
}

/** Answers the first command of this name with an error of the server, and passes on all others. */
export function failingOnce(name: string, error: Readonly<Record<string, unknown>>): Answer {
  let isDone = false;
  return async (command, pass) => {
    if (isDone || !(name in command)) return pass(command);
    isDone = true;
    return { ok: 0, errmsg: 'made by the test', ...error };
  };
}
