import { join } from 'node:path';
import { MongoMessageRepository, mongoClientOptions } from '@messaging-system/adapters-mongo';
import { PostgresStore } from '@messaging-system/adapters-postgres';
import { RedisSentCache } from '@messaging-system/adapters-redis';
import { SqliteStore } from '@messaging-system/adapters-sqlite';
import type { MessageRepository, SentCache } from '@messaging-system/core/adapter';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { databaseNamed, mongoUri, redisUrl } from '../services/service-addresses.ts';
import type { ContenderSetup } from '../suites/throughput/contender.ts';
import type { StoreName } from './store-facts.ts';

type Open = (setup: ContenderSetup) => Promise<OpenStore>;

const OPENERS: Readonly<Record<StoreName, Open>> = {
  sqlite: openSqlite,
  mongo: openMongo,
  postgres: openPostgres,
};

export interface OpenStore {
  readonly repository: MessageRepository;
  readonly sentCache: SentCache;
  close(): Promise<void>;
}

/** A store of ours as the server composes it, durability as it comes. */
export function openStore(name: StoreName, setup: ContenderSetup): Promise<OpenStore> {
  return OPENERS[name](setup);
}

async function openSqlite({ directory, runId }: ContenderSetup): Promise<OpenStore> {
  const store = await SqliteStore.open({ path: join(directory, `${runId}.db`) });
  return { repository: store.messages, sentCache: store.sentCache, close: () => store.close() };
}

async function openMongo({ runId, keeps = false }: ContenderSetup): Promise<OpenStore> {
  const client = await MongoClient.connect(mongoUri(), { ...mongoClientOptions });
  const redis = new Redis(redisUrl(), { maxRetriesPerRequest: 1 });
  const db = client.db(`bench-${runId}`);
  const keyPrefix = `bench-${runId}:`;
  return {
    repository: await MongoMessageRepository.open({ db }),
    sentCache: new RedisSentCache(redis, { keyPrefix }),
    close: async () => {
      if (!keeps) await db.dropDatabase();
      await removeKeys(redis, keyPrefix);
      await redis.quit();
      await client.close();
    },
  };
}

async function openPostgres({ runId, keeps = false }: ContenderSetup): Promise<OpenStore> {
  const database = await databaseNamed(runId);
  const store = await PostgresStore.open({ uri: database.url });
  return {
    repository: store.messages,
    sentCache: store.sentCache,
    close: async () => {
      await store.close();
      if (!keeps) await database.drop();
    },
  };
}

async function removeKeys(redis: Redis, prefix: string): Promise<void> {
  for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1000 })) {
    // `scanStream` gives arrays of keys; its type does not say so.
    const found = keys as string[];
    if (found.length > 0) await redis.unlink(...found);
  }
}
