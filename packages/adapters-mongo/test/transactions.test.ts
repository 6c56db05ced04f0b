import { aNewMessage, NOW } from '@messaging-system/contract-tests';
import { InvalidOptionsError } from '@messaging-system/core';
import type { InsertResult } from '@messaging-system/core/adapter';
import { type ClientSession, MongoClient } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { MongoMessageRepository } from '../src/index.ts';
import { CommandLog } from './support/command-log.ts';
import { insertSome } from './support/requests.ts';
import { describeWithMongo, type MongoWorld } from './support/services.ts';

/** The caller's own data next to the messages. */
async function openShop(world: MongoWorld) {
  const { client, db, freshName } = world;
  const collection = freshName();
  const orders = await db.createCollection(`orders_${collection}`);
  return { client, orders, repository: await MongoMessageRepository.open({ db, collection }) };
}

function idsOf(result: InsertResult): readonly string[] {
  return result.kind === 'inserted' ? result.items.map(({ message }) => message.id) : [];
}

describeWithMongo('enqueueing in the transaction of the caller', (world) => {
  test('stores the message when the transaction commits', async () => {
    const { client, orders, repository } = await openShop(world());
    const ids = await client.withSession((session) =>
      session.withTransaction(async () => {
        await orders.insertOne({ number: 1 }, { session });
        const result = await repository.withSession(session).insert([aNewMessage()]);
        expect(await repository.findById(idsOf(result)[0] ?? '')).toBeNull();
        return idsOf(result);
      }),
    );
    expect(await repository.findById(ids[0] ?? '')).toMatchObject({ status: 'unsent' });
    expect(await orders.countDocuments()).toBe(1);
  });

  test('lists a message that was committed late below what was stored meanwhile', async () => {
    const { client, repository } = await openShop(world());
    const listed = async (): Promise<unknown> => {
      const result = await repository.list({ limit: 10 });
      return result.kind === 'page' && result.items.map(({ content }) => content);
    };
    await client.withSession((session) =>
      session.withTransaction(async () => {
        await repository.withSession(session).insert([aNewMessage({ content: 'late', createdAt: NOW })]);
        await insertSome(repository, 1, { content: 'prompt', createdAt: NOW + 60_000 });
        expect(await listed()).toEqual(['prompt']);
      }),
    );
    expect(await listed()).toEqual(['prompt', 'late']);
  });

  test('stores nothing when the transaction aborts', async () => {
    const { client, orders, repository } = await openShop(world());
    const refusal = new Error('the order is refused');
    const ordering = client.withSession((session) =>
      session.withTransaction(async () => {
        await repository.withSession(session).insert([aNewMessage({ idempotencyKey: 'order-1' })]);
        await orders.insertOne({ number: 1 }, { session });
        throw refusal;
      }),
    );
    await expect(ordering).rejects.toBe(refusal);
    expect((await repository.counts()).unsent.count).toBe(0);
    const later = await repository.insert([aNewMessage({ idempotencyKey: 'order-1' })]);
    expect(later).toMatchObject({ kind: 'inserted', items: [{ kind: 'stored' }] });
  });

  test('answers with the message that holds the key, and the transaction goes on', async () => {
    const { client, orders, repository } = await openShop(world());
    const [held] = await insertSome(repository, 1, { idempotencyKey: 'order-1' });
    const result = await client.withSession((session) =>
      session.withTransaction(async () => {
        const inserted = await repository
          .withSession(session)
          .insert([aNewMessage({ idempotencyKey: 'order-1' }), aNewMessage()]);
        await orders.insertOne({ number: 1 }, { session });
        return inserted;
      }),
    );
    expect(result).toMatchObject({
      items: [{ kind: 'existing', message: { id: held?.id } }, { kind: 'stored' }],
    });
    expect(await orders.countDocuments()).toBe(1);
  });

  test('names a key that another request holds, and the transaction goes on', async () => {
    const { client, orders, repository } = await openShop(world());
    const [held] = await insertSome(repository, 1, { idempotencyKey: 'order-1', content: 'First' });
    const result = await client.withSession((session) =>
      session.withTransaction(async () => {
        const conflicting = aNewMessage({ idempotencyKey: 'order-1', content: 'Second' });
        const inserted = await repository.withSession(session).insert([aNewMessage(), conflicting]);
        await orders.insertOne({ number: 1 }, { session });
        return inserted;
      }),
    );
    expect(result).toMatchObject({
      kind: 'conflict',
      conflicts: [{ index: 1, message: { id: held?.id } }],
    });
    expect((await repository.counts()).unsent.count).toBe(1);
    expect(await orders.countDocuments()).toBe(1);
  });

  test('runs again when another writer takes the key meanwhile, and finds its message', async () => {
    const { client, orders, repository } = await openShop(world());
    let runs = 0;
    const result = await client.withSession((session) =>
      session.withTransaction(async () => {
        runs += 1;
        await orders.insertOne({ number: 1 }, { session });
        // The transaction sees the world as it was at its first operation.
        if (runs === 1) await insertSome(repository, 1, { idempotencyKey: 'order-1' });
        return repository.withSession(session).insert([aNewMessage({ idempotencyKey: 'order-1' })]);
      }),
    );
    expect(result).toMatchObject({ kind: 'inserted', items: [{ kind: 'existing' }] });
    expect(runs).toBe(2);
    expect((await repository.counts()).unsent.count).toBe(1);
    expect(await orders.countDocuments()).toBe(1);
  });

  test('refuses a key that occurs twice in one call', async () => {
    const { client, repository } = await openShop(world());
    const twice = [aNewMessage({ idempotencyKey: 'order-1' }), aNewMessage({ idempotencyKey: 'order-1' })];
    const inserting = client.withSession((session) =>
      session.withTransaction(() => repository.withSession(session).insert(twice)),
    );
    await expect(inserting).rejects.toMatchObject({ code: 'store_rejected' });
  });

  test('leaves the concerns of the transaction to its owner', async () => {
    const { uri, db, freshName } = world();
    const client = new MongoClient(uri, { monitorCommands: true });
    onTestFinished(() => client.close());
    const repository = await MongoMessageRepository.open({
      db: client.db(db.databaseName),
      collection: freshName(),
    });
    const log = new CommandLog(client);
    const commands = await log.during(() =>
      client.withSession((session) =>
        session.withTransaction(
          () => repository.withSession(session).insert([aNewMessage({ idempotencyKey: 'order-1' })]),
          { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority' } },
        ),
      ),
    );
    const [find, insert, commit] = commands;
    expect(find).toMatchObject({ startTransaction: true, readConcern: { level: 'snapshot' } });
    expect(insert).toMatchObject({ autocommit: false });
    expect(insert).not.toHaveProperty('writeConcern');
    expect(commit).toMatchObject({ commitTransaction: 1, writeConcern: { w: 'majority' } });
  });

  test('wakes watchers once the transaction is committed, and not before', async () => {
    const { client, repository } = await openShop(world());
    const woken = Promise.withResolvers<string>();
    let state = 'open';
    const end = repository.watch(() => woken.resolve(state));
    onTestFinished(end);
    await client.withSession(async (session) => {
      await session.withTransaction(() => repository.withSession(session).insert([aNewMessage()]));
      state = 'committed';
    });
    expect(await woken.promise).toBe('committed');
  });

  test('wakes watchers once for a session of many inserts', async () => {
    const { client, repository } = await openShop(world());
    let calls = 0;
    onTestFinished(
      repository.watch(() => {
        calls += 1;
      }),
    );
    const warnings: unknown[] = [];
    const onWarning = (warning: unknown): number => warnings.push(warning);
    process.on('warning', onWarning);
    onTestFinished(() => void process.off('warning', onWarning));
    await client.withSession((session) =>
      session.withTransaction(async () => {
        for (let inserted = 0; inserted < 15; inserted += 1) {
          await repository.withSession(session).insert([aNewMessage()]);
        }
      }),
    );
    await expect.poll(() => calls).toBe(1);
    expect(warnings).toEqual([]);
  });

  test('wakes nobody for a transaction that is aborted', async () => {
    const { client, repository } = await openShop(world());
    const calls: string[] = [];
    let now = 'aborted';
    onTestFinished(repository.watch(() => calls.push(now)));
    const session = client.startSession();
    session.startTransaction();
    await repository.withSession(session).insert([aNewMessage()]);
    await session.abortTransaction();
    await session.endSession();
    now = 'inserted';
    await insertSome(repository, 1);
    expect(calls).toEqual(['inserted']);
  });

  test('is refused without a session, and nothing is stored outside of the transaction', async () => {
    const { client, repository } = await openShop(world());
    // Without types anything can be given.
    for (const given of [undefined, null, {}, client, client.withSession(async () => undefined)]) {
      const connect = () => repository.withSession(given as unknown as ClientSession);
      expect(connect).toThrow(InvalidOptionsError);
      expect(connect).toThrow('session must be a ClientSession of mongodb');
    }
    expect((await repository.counts()).unsent.count).toBe(0);
  });

  test('is the plain insert outside of a transaction', async () => {
    const { client, repository } = await openShop(world());
    const result = await client.withSession((session) =>
      repository.withSession(session).insert([aNewMessage()]),
    );
    expect(await repository.findById(idsOf(result)[0] ?? '')).toMatchObject({ status: 'unsent' });
  });
});
