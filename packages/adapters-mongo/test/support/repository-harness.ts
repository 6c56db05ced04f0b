import type { MessageRepositoryHarness, MessageRepositoryProbe } from '@messaging-system/contract-tests';
import { type Collection, MongoClient, ObjectId } from 'mongodb';
import { raceProcesses } from '../../../../tooling/race-processes.ts';
import { CLAIM_WINDOW } from '../../src/due-order.ts';
import { MongoMessageRepository, mongoClientOptions } from '../../src/index.ts';
import { CuttingProxy } from './cutting-proxy.ts';
import { goSent, goUnsent } from './go-documents.ts';
import { readStored } from './read-stored.ts';
import type { MongoWorld } from './services.ts';

const CLAIM_UNTIL_EMPTY = new URL('./claim-until-empty.ts', import.meta.url);

/** A collection of its own in the test file's database, with the plain driver as the probe. */
export async function openRepositoryHarness(world: MongoWorld): Promise<MessageRepositoryHarness> {
  const { uri, db } = world;
  const collection = world.freshName();
  const repository = await MongoMessageRepository.open({ db, collection });
  const closing: (() => Promise<unknown>)[] = [];

  return {
    repository,
    claimWindow: CLAIM_WINDOW,
    probe: probe(db.collection(collection)),

    async openAnother() {
      const client = await new MongoClient(uri, mongoClientOptions).connect();
      closing.push(() => client.close());
      return MongoMessageRepository.open({ db: client.db(db.databaseName), collection });
    },

    async openUnreachable() {
      const proxy = await CuttingProxy.open(uri);
      const client = new MongoClient(proxy.uri, { ...mongoClientOptions, serverSelectionTimeoutMS: 300 });
      closing.push(
        () => client.close(),
        () => proxy.close(),
      );
      const unreachable = await MongoMessageRepository.open({ db: client.db(db.databaseName), collection });
      proxy.down();
      return unreachable;
    },

    raceProcesses: ({ count, ...request }) =>
      raceProcesses(CLAIM_UNTIL_EMPTY, count, { uri, db: db.databaseName, collection, ...request }),

    async close() {
      for (const close of closing) await close();
      await db.dropCollection(collection);
    },
  };
}

function probe(documents: Collection): MessageRepositoryProbe {
  return {
    async read(id) {
      const document = ObjectId.isValid(id) ? await documents.findOne({ _id: new ObjectId(id) }) : null;
      return document === null ? null : readStored(document);
    },

    async putForeign(texts) {
      const { insertedId } = await documents.insertOne(goUnsent(texts));
      return insertedId.toHexString();
    },

    async putForeignSent(texts) {
      const { insertedId } = await documents.insertOne(goSent(texts));
      return insertedId.toHexString();
    },

    async markSentElsewhere(id) {
      await documents.updateOne(
        { _id: new ObjectId(id) },
        { $set: { status: 'sent', webhookMessageId: '67f2f8a8-ea58-4ed0-a6f9-ff217df4d849' } },
      );
    },

    async putUnreadable() {
      const { insertedId } = await documents.insertOne({ phoneNumber: 905_551_111_111, status: 'unsent' });
      return insertedId.toHexString();
    },

    async putMany(count) {
      const texts = { phoneNumber: '+905551111111', content: 'One of many' };
      const batch = 10_000;
      for (let left = count; left > 0; left -= batch) {
        await documents.insertMany(Array.from({ length: Math.min(left, batch) }, () => goUnsent(texts)));
      }
    },
  };
}
