import { aNewMessage } from '@messaging-system/contract-tests';
import type { NewMessage } from '@messaging-system/core/adapter';
import { expect, test } from 'vitest';
import { MongoMessageRepository } from '../src/index.ts';
import { behindWireProxy } from './support/behind-wire-proxy.ts';
import { CommandLog } from './support/command-log.ts';
import { aClaim, insertSome } from './support/requests.ts';
import { describeWithMongo, type MongoWorld } from './support/services.ts';
import type { Answer } from './support/wire-proxy.ts';

/** A collection on which its owner has an index of their own: one content for each number. */
async function openWithTheirs(world: MongoWorld) {
  const { client, db, freshName } = world;
  const documents = db.collection(freshName());
  const repository = await MongoMessageRepository.open({ db, collection: documents.collectionName });
  await documents.createIndex(
    { phoneNumber: 1, content: 1 },
    { unique: true, name: 'theirs dup key: index: x' },
  );
  return { client, documents, repository };
}

const REFUSED = {
  code: 'store_rejected',
  message: expect.stringContaining('a unique index that this package'),
};

describeWithMongo('a unique index of somebody else', (world) => {
  test('that refuses a message is a rejection at once, and nothing is stored', async () => {
    const { documents, repository } = await openWithTheirs(world());
    await insertSome(repository, 1, { content: 'once' });
    await expect(insertSome(repository, 1, { content: 'once' })).rejects.toMatchObject(REFUSED);
    expect(await documents.countDocuments()).toBe(1);
  });

  test('that refuses one of several is a rejection, and nothing of the others is stored', async () => {
    const { documents, repository } = await openWithTheirs(world());
    await insertSome(repository, 1, { content: 'once' });
    for (const key of [null, 'order-1']) {
      const asked: readonly NewMessage[] = [
        aNewMessage({ content: 'new', idempotencyKey: key }),
        aNewMessage({ content: 'once' }),
      ];
      await expect(repository.insert(asked)).rejects.toMatchObject(REFUSED);
      expect(await documents.countDocuments()).toBe(1);
    }
  });

  test('that refuses a message ends the transaction of the caller, who runs once', async () => {
    const { client, repository } = await openWithTheirs(world());
    await insertSome(repository, 1, { content: 'once' });
    let runs = 0;
    const ordering = client.withSession((session) =>
      session.withTransaction(async () => {
        runs += 1;
        if (runs > 3) throw new Error('run again and again');
        await repository.withSession(session).insert([aNewMessage({ content: 'once' })]);
      }),
    );
    await expect(ordering).rejects.toMatchObject(REFUSED);
    expect(runs).toBe(1);
  });
});

/** As mongod words it, with the parts that the test server has not. */
function duplicateOf(index: string, value: string): Answer {
  const errmsg = `E11000 duplicate key error collection: shop.messages index: ${index} dup key: { theirs: ${value} }`;
  const writeErrors = [
    { index: 0, code: 11_000, errmsg, keyPattern: { theirs: 1 }, keyValue: { theirs: 'x' } },
  ];
  return async (command, pass) => ('insert' in command ? { ok: 1, n: 0, writeErrors } : pass(command));
}

const COLLATION = '{ locale: "tr", caseLevel: false, strength: 1, version: "57.1" }';

const THEIRS: Readonly<Record<string, Answer>> = {
  'by its name': duplicateOf('theirs_1', '"x"'),
  'with a collation': duplicateOf(`theirs_1 collation: ${COLLATION}`, '"CollationKey(0x2a)"'),
  'for a value that names ours': duplicateOf('theirs_1', '" index: messaging_idempotency_key dup key: "'),
};

describeWithMongo('a unique index of somebody else, as mongod tells of it', (world) => {
  for (const [how, answer] of Object.entries(THEIRS)) {
    test(`${how}, is a rejection after one attempt, of one message and of several`, async () => {
      const { proxy, client, open } = await behindWireProxy(world());
      const repository = await open();
      proxy.answerWith(answer);
      const log = new CommandLog(client);
      const one = [aNewMessage({ idempotencyKey: 'order-1' })];
      for (const asked of [one, [...one, aNewMessage()]]) {
        const names = await log.namesDuring(() =>
          expect(repository.insert(asked)).rejects.toMatchObject(REFUSED),
        );
        expect(names.filter((name) => name === 'insert')).toHaveLength(1);
      }
    });

    test(`${how}, ends the transaction of the caller, who runs once`, async () => {
      const { proxy, client, open } = await behindWireProxy(world());
      const repository = await open();
      proxy.answerWith(answer);
      let runs = 0;
      const ordering = client.withSession((session) =>
        session.withTransaction(async () => {
          runs += 1;
          if (runs > 3) throw new Error('run again and again');
          await repository.withSession(session).insert([aNewMessage({ idempotencyKey: 'order-1' })]);
        }),
      );
      await expect(ordering).rejects.toMatchObject(REFUSED);
      expect(runs).toBe(1);
    });
  }

  test('is distinguished from that of the idempotency key, whose holder is looked up', async () => {
    const { proxy, collection, open } = await behindWireProxy(world());
    const steady = await MongoMessageRepository.open({ db: world().db, collection });
    const repository = await open();
    let holder: string | undefined;
    proxy.answerWith(async (command, pass) => {
      if (!('insert' in command)) return pass(command);
      holder ??= (await insertSome(steady, 1, { idempotencyKey: 'order-1' }))[0]?.id;
      return duplicateOf('messaging_idempotency_key', '"order-1"')(command, pass);
    });
    const result = await repository.insert([aNewMessage({ idempotencyKey: 'order-1' })]);
    expect(result).toMatchObject({ items: [{ kind: 'existing', message: { id: holder } }] });
  });
});

/** A standalone server: it knows no transactions. */
const WITHOUT_TRANSACTIONS: Answer = async (command, pass) =>
  'startTransaction' in command
    ? {
        ok: 0,
        code: 20,
        codeName: 'IllegalOperation',
        errmsg: 'Transaction numbers are only allowed on a replica set member or mongos',
      }
    : pass(command);

describeWithMongo('an array that loses a race for a key', (world) => {
  /** The key is taken between the look-up and the insert. */
  async function openInRace(afterInsert: (steady: MongoMessageRepository) => Promise<unknown>) {
    const { proxy, collection, open } = await behindWireProxy(world());
    const steady = await MongoMessageRepository.open({ db: world().db, collection });
    const repository = await open();
    let isTaken = false;
    const race =
      (server: Answer): Answer =>
      async (command, pass) => {
        if (isTaken || !('insert' in command) || 'startTransaction' in command) return server(command, pass);
        isTaken = true;
        await insertSome(steady, 1, { idempotencyKey: 'order-1', content: 'theirs' });
        const reply = await pass(command);
        await afterInsert(steady);
        return reply;
      };
    return { proxy, race, steady, repository };
  }

  const ASKED = [
    aNewMessage({ content: 'beside' }),
    aNewMessage({ content: 'ours', idempotencyKey: 'order-1' }),
  ];

  test('takes back what it stored where there are no transactions', async () => {
    const { proxy, race, steady, repository } = await openInRace(async () => undefined);
    proxy.answerWith(race(WITHOUT_TRANSACTIONS));
    const result = await repository.insert(ASKED);
    expect(result).toMatchObject({ kind: 'conflict', conflicts: [{ index: 1 }] });
    expect(result).not.toHaveProperty('stored');
    expect((await steady.counts()).unsent.count).toBe(1);
  });

  test('names what was claimed before it could be taken back', async () => {
    const { proxy, race, steady, repository } = await openInRace((other) => other.claimDue(aClaim()));
    proxy.answerWith(race(WITHOUT_TRANSACTIONS));
    const result = await repository.insert(ASKED);
    expect(result).toMatchObject({
      kind: 'conflict',
      conflicts: [{ index: 1 }],
      stored: [{ index: 0, message: { content: 'beside' } }],
    });
    expect((await steady.counts()).unsent.count).toBe(2);
  });

  test('asks for a transaction once on a server that has none', async () => {
    const { proxy, open } = await behindWireProxy(world());
    const repository = await open();
    let asked = 0;
    proxy.answerWith(async (command, pass) => {
      if ('startTransaction' in command) asked += 1;
      return WITHOUT_TRANSACTIONS(command, pass);
    });
    for (const number of [1, 2, 3]) {
      await repository.insert([aNewMessage(), aNewMessage({ idempotencyKey: `order-${number}` })]);
    }
    expect(asked).toBe(1);
    expect((await repository.counts()).unsent.count).toBe(6);
  });

  test('asks for no further transaction when a call that began one before the server refused another loses a race', async () => {
    const { proxy, open } = await behindWireProxy(world());
    const repository = await open();
    const bothAsked = Promise.withResolvers<undefined>();
    const firstStored = Promise.withResolvers<undefined>();
    let asked = 0;
    proxy.answerWith(async (command, pass) => {
      if (!('startTransaction' in command)) return pass(command);
      asked += 1;
      if (asked === 1) {
        await bothAsked.promise;
        return WITHOUT_TRANSACTIONS(command, pass);
      }
      bothAsked.resolve(undefined);
      await firstStored.promise;
      return { ok: 0, code: 112, codeName: 'WriteConflict', errorLabels: ['TransientTransactionError'] };
    });
    const insert = (key: string) => repository.insert([aNewMessage(), aNewMessage({ idempotencyKey: key })]);
    const calls = [insert('order-1'), insert('order-2')];
    await Promise.race(calls);
    firstStored.resolve(undefined);
    await Promise.all(calls);
    await insert('order-3');
    expect(asked).toBe(2);
    expect((await repository.counts()).unsent.count).toBe(6);
  });
});
