import { StoreRejectedError } from '@messaging-system/core';
import { MongoClient } from 'mongodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MongoMessageRepository } from '../src/index.ts';
import { CommandLog } from './support/command-log.ts';
import { aClaim, insertSome } from './support/requests.ts';
import { describeWithMongo } from './support/services.ts';

/** One query for each index, to see that it serves. */
const LOOKS = Array.from({ length: 5 }, () => 'find');

describeWithMongo('the indexes of a collection', (world) => {
  test('are made when it is opened', async () => {
    const { db, freshName } = world();
    const collection = freshName();
    await MongoMessageRepository.open({ db, collection });
    const made = await db.collection(collection).indexes();
    expect(
      made.map(({ name, key, unique, partialFilterExpression }) => ({
        name,
        key,
        unique,
        partialFilterExpression,
      })),
    ).toEqual([
      { name: '_id_', key: { _id: 1 } },
      {
        name: 'messaging_due',
        key: { availableAt: 1, _id: 1 },
        partialFilterExpression: { status: 'unsent' },
      },
      {
        name: 'messaging_idempotency_key',
        key: { idempotencyKey: 1 },
        unique: true,
        partialFilterExpression: { idempotencyKey: { $type: 'string' } },
      },
      { name: 'messaging_status_id', key: { status: 1, _id: 1 } },
      { name: 'messaging_phone_number', key: { phoneNumber: 1, _id: -1 } },
      {
        name: 'messaging_settled',
        key: { status: 1, settledAt: 1 },
        partialFilterExpression: { settledAt: { $exists: true } },
      },
    ]);
  });

  test('are not made again', async () => {
    const { uri, db, freshName } = world();
    const client = new MongoClient(uri, { monitorCommands: true });
    onTestFinished(() => client.close());
    const log = new CommandLog(client);
    const collection = freshName();
    const open = (): Promise<unknown> =>
      MongoMessageRepository.open({ db: client.db(db.databaseName), collection });
    expect(await log.namesDuring(open)).toEqual(['update', 'listIndexes', 'createIndexes', ...LOOKS]);
    expect(await log.namesDuring(open)).toEqual(['update', 'listIndexes', ...LOOKS]);
  });

  test('are made once by several that open it at the same time', async () => {
    const { db, freshName } = world();
    const collection = freshName();
    await Promise.all(Array.from({ length: 8 }, () => MongoMessageRepository.open({ db, collection })));
    expect(await db.collection(collection).indexes()).toHaveLength(6);
  });

  test('serve under any name', async () => {
    const { db, freshName } = world();
    const documents = db.collection(freshName());
    await documents.createIndex({ status: 1, _id: 1 });
    await documents.createIndex(
      { availableAt: 1, _id: 1 },
      { name: 'theirs', partialFilterExpression: { status: 'unsent' } },
    );
    const repository = await MongoMessageRepository.open({ db, collection: documents.collectionName });
    const names = (await documents.indexes()).map(({ name }) => name);
    expect(names).toContain('status_1__id_1');
    expect(names).not.toContain('messaging_status_id');
    await insertSome(repository, 1);
    expect(await repository.claimDue(aClaim())).toHaveLength(1);
    expect(await repository.list({ status: 'unsent', limit: 1 })).toMatchObject({ kind: 'page' });
  });

  describe('of an earlier version', () => {
    const OLD = { name: 'messaging_status', key: { status: 1, _id: -1 } } as const;

    test('are dropped once by several that open it at the same time, and replaced before', async () => {
      const { uri, db, freshName } = world();
      const documents = db.collection(freshName());
      await documents.createIndexes([OLD]);
      const client = new MongoClient(uri, { monitorCommands: true });
      onTestFinished(() => client.close());
      const log = new CommandLog(client);
      const open = (): Promise<unknown> =>
        MongoMessageRepository.open({
          db: client.db(db.databaseName),
          collection: documents.collectionName,
        });
      expect(await log.namesDuring(open)).toEqual([
        'update',
        'listIndexes',
        'createIndexes',
        ...LOOKS,
        'dropIndexes',
      ]);
      expect(await log.namesDuring(open)).toEqual(['update', 'listIndexes', ...LOOKS]);
      await documents.createIndexes([OLD]);
      await Promise.all(Array.from({ length: 8 }, open));
      const names = (await documents.indexes()).map(({ name }) => name);
      expect(names).toContain('messaging_status_id');
      expect(names).not.toContain(OLD.name);
    });

    test('stay where their name or their keys are somebody else’s', async () => {
      const { db, freshName } = world();
      const [renamed, other] = [db.collection(freshName()), db.collection(freshName())];
      await renamed.createIndex(OLD.key, { name: 'theirs' });
      await other.createIndex({ content: 1 }, { name: OLD.name });
      for (const { collectionName } of [renamed, other]) {
        await MongoMessageRepository.open({ db, collection: collectionName });
      }
      expect((await renamed.indexes()).map(({ name }) => name)).toContain('theirs');
      expect((await other.indexes()).map(({ name }) => name)).toContain(OLD.name);
    });
  });

  test('are distinguished from one of the same name and other keys, which is named', async () => {
    const { db, freshName } = world();
    const documents = db.collection(freshName());
    await documents.createIndex({ content: 1 }, { name: 'messaging_due' });
    const opening = MongoMessageRepository.open({ db, collection: documents.collectionName });
    await expect(opening).rejects.toThrow(/the index messaging_due stands in the way of messaging_due/);
    await expect(opening).rejects.toBeInstanceOf(StoreRejectedError);
  });

  test('are made although one on the same keys serves another purpose', async () => {
    const { db, freshName } = world();
    const documents = db.collection(freshName());
    await documents.createIndex({ idempotencyKey: 1 }, { name: 'theirs', unique: true, sparse: true });
    await MongoMessageRepository.open({ db, collection: documents.collectionName });
    const names = (await documents.indexes()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['theirs', 'messaging_idempotency_key']));
  });

  test('that cannot be made because of a hidden one are named', async ({ skip }) => {
    const { db, freshName } = world();
    const documents = db.collection(freshName());
    const hidden = await documents.createIndex({ status: 1, _id: 1 }, { name: 'theirs', hidden: true }).then(
      () => null,
      (error: unknown) => error,
    );
    if (hidden !== null) skip('this server has no hidden indexes');
    const opening = MongoMessageRepository.open({ db, collection: documents.collectionName });
    await expect(opening).rejects.toThrow(/the index theirs stands in the way of messaging_status_id/);
    await expect(opening).rejects.toBeInstanceOf(StoreRejectedError);
  });

  test('that the documents contradict are a rejection that says so', async () => {
    const { db, freshName } = world();
    const documents = db.collection(freshName());
    const { insertedIds } = await documents.insertMany([
      { idempotencyKey: 'same' },
      { idempotencyKey: 'same' },
    ]);
    const opening = MongoMessageRepository.open({ db, collection: documents.collectionName });
    await expect(opening).rejects.toThrow(/share an idempotencyKey/);
    await expect(opening).rejects.toThrow(`${insertedIds[0]} and ${insertedIds[1]}`);
    await expect(opening).rejects.toBeInstanceOf(StoreRejectedError);
  });
});
