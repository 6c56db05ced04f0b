import { randomBytes } from 'node:crypto';
import { type Db, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, inject } from 'vitest';
// For what it declares about `inject`.
import type {} from '../../../../services.setup.ts';
import { mongoClientOptions } from '../../src/index.ts';

/** A database of the test file's own; gone when the file is done. */
export interface MongoWorld {
  readonly uri: string;
  readonly client: MongoClient;
  readonly db: Db;
  /** The name of a collection that nobody else uses. */
  freshName(): string;
}

/** Registers tests that need a server; without one they are skipped by name, with the reason. */
export function describeWithMongo(title: string, body: (world: () => MongoWorld) => void): void {
  const uri = inject('mongoUri');
  const name = uri === null ? `${title} [SKIPPED: ${inject('servicesWhy')}]` : title;
  describe.skipIf(uri === null)(name, () => {
    let world: MongoWorld | null = null;
    beforeAll(async () => {
      if (uri === null) return;
      const client = await new MongoClient(uri, mongoClientOptions).connect();
      const db = client.db(`messaging_test_${randomName()}`);
      world = { uri, client, db, freshName: () => `messages_${randomName()}` };
    });
    afterAll(async () => {
      await world?.db.dropDatabase();
      await world?.client.close();
    });
    body(() => world ?? neverOpened());
  });
}

function neverOpened(): never {
  throw new Error('the test ran before its database was opened');
}

function randomName(): string {
  return randomBytes(6).toString('hex');
}
