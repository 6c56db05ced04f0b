import { inspect } from 'node:util';
import { anAck, NOW } from '@messaging-system/contract-tests';
import { InvalidOptionsError, StoreRejectedError, StoreUnavailableError } from '@messaging-system/core';
import { type Db, MongoClient, type MongoClientOptions, MongoServerError } from 'mongodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { storeFault } from '../src/errors.ts';
import { MongoMessageRepository, mongoClientOptions } from '../src/index.ts';
import { behindWireProxy } from './support/behind-wire-proxy.ts';
import { CuttingProxy } from './support/cutting-proxy.ts';
import { EVERY_OPERATION } from './support/every-operation.ts';
import { aClaim, insertSome } from './support/requests.ts';
import { describeWithMongo, type MongoWorld } from './support/services.ts';

/** The commands that operations are made of. */
const WORK = ['insert', 'update', 'delete', 'find', 'findAndModify', 'aggregate'];

const SECRETS = /s3cret|mongodb:\/\//;

test('anything but a Db is refused before anything is opened, without a secret', async () => {
  const client = new MongoClient('mongodb://user:s3cret@127.0.0.1:1/');
  onTestFinished(() => client.close());
  // Without types anything can be given.
  for (const given of [
    'mongodb://user:s3cret@host/',
    { uri: 'mongodb://user:s3cret@host/' },
    { db: client },
  ]) {
    const opening = MongoMessageRepository.open(given as unknown as { db: Db });
    await expect(opening).rejects.toBeInstanceOf(InvalidOptionsError);
    await expect(opening).rejects.toThrow(
      /^(options must be an object|unknown options: uri|db must be a Db of mongodb)/,
    );
    await expect(opening).rejects.not.toThrow(SECRETS);
  }
});

describe('what a server answers', () => {
  for (const [code, codeName] of [
    [10107, 'NotWritablePrimary'],
    [11600, 'InterruptedAtShutdown'],
    [189, 'PrimarySteppedDown'],
    [50, 'MaxTimeMSExpired'],
    [64, 'WriteConcernTimeout'],
    [112, 'WriteConflict'],
    [175, 'QueryPlanKilled'],
    [202, 'NetworkInterfaceExceededTimeLimit'],
    [249, 'StaleDbVersion'],
    [290, 'TransactionExceededLifetimeLimitSeconds'],
    [319, 'MovePrimaryInProgress'],
    [355, 'InterruptedDueToStorageChange'],
    [371, 'UserWritesBlocked'],
    [402, 'ResourceExhausted'],
    [433, 'AdmissionQueueOverflow'],
    [462, 'IngressRequestRateLimitExceeded'],
    [16500, 'RequestRateTooLarge'],
    [99_999, 'a code of a later version'],
  ] as const) {
    test(`${codeName} may pass: the store is unavailable`, () => {
      const fault = storeFault('settle', new MongoServerError({ code, codeName, message: 'x' }));
      expect(fault).toBeInstanceOf(StoreUnavailableError);
    });
  }

  for (const [code, codeName] of [
    [13, 'Unauthorized'],
    [18, 'AuthenticationFailed'],
    [121, 'DocumentValidationFailure'],
    [14031, 'OutOfDiskSpace'],
    [2, 'BadValue'],
    [8000, 'AtlasError'],
    [11_000, 'DuplicateKey'],
    [17419, 'Location17419'],
  ] as const) {
    test(`${codeName} stays: the store rejected it`, () => {
      const fault = storeFault('settle', new MongoServerError({ code, codeName, message: 'x' }));
      expect(fault).toBeInstanceOf(StoreRejectedError);
      expect(String(fault)).toContain(`${code} ${codeName}`);
    });
  }

  for (const label of ['RetryableError', 'SystemOverloadedError']) {
    test(`with the label ${label} may pass, whatever its code`, () => {
      const error = new MongoServerError({ code: 2, message: 'x', errorLabels: [label] });
      expect(storeFault('settle', error)).toBeInstanceOf(StoreUnavailableError);
    });
  }

  test('is never repeated: it quotes the command, with numbers and contents', () => {
    const message = 'not authorized to execute command { insert: "messages", content: "Your code is 1234" }';
    const fault = storeFault('insert', new MongoServerError({ code: 13, message }));
    expect(inspect(fault, { depth: 10 })).not.toContain('1234');
  });

  test('leaves faults of core and errors of other making as they are', () => {
    const fault = new StoreRejectedError('refused');
    const bug = new TypeError('a bug');
    expect([storeFault('list', fault), storeFault('list', bug)]).toEqual([fault, bug]);
  });
});

describe('a store that nobody can reach', () => {
  test('is a fault at opening that keeps the password to itself', async () => {
    const client = new MongoClient('mongodb://alice:s3cret@127.0.0.1:1/admin', {
      serverSelectionTimeoutMS: 200,
    });
    onTestFinished(() => client.close());
    const fault = await MongoMessageRepository.open({ db: client.db('message') }).catch((error) => error);
    expect(fault).toBeInstanceOf(StoreUnavailableError);
    expect(fault.message).toMatch(/^open: MongoDB did not answer/);
    expect(inspect(fault, { depth: 10 })).not.toMatch(SECRETS);
  });

  test('is a fault when the client is closed', async () => {
    const client = new MongoClient('mongodb://127.0.0.1:1/', { serverSelectionTimeoutMS: 200 });
    await client.close();
    const opening = MongoMessageRepository.open({ db: client.db('message') });
    await expect(opening).rejects.toBeInstanceOf(StoreUnavailableError);
  });
});

describeWithMongo('a network that fails', (world) => {
  async function openBehindProxy(options: MongoClientOptions = {}) {
    const { uri, db, freshName } = world();
    const proxy = await CuttingProxy.open(uri);
    const client = new MongoClient(proxy.uri, {
      ...mongoClientOptions,
      serverSelectionTimeoutMS: 300,
      ...options,
    });
    onTestFinished(async () => {
      await client.close();
      await proxy.close();
    });
    const repository = await MongoMessageRepository.open({
      db: client.db(db.databaseName),
      collection: freshName(),
    });
    return { proxy, repository };
  }

  test('is a fault of core while it lasts, and no more when it is back', async () => {
    const { proxy, repository } = await openBehindProxy();
    await insertSome(repository, 1);
    proxy.down();
    const fault = await repository.claimDue(aClaim()).catch((error) => error);
    expect(fault).toBeInstanceOf(StoreUnavailableError);
    expect(inspect(fault, { depth: 10 })).not.toMatch(SECRETS);
    proxy.up();
    const claimed = (): Promise<unknown> =>
      repository.claimDue(aClaim()).then(
        ({ length }) => length,
        (error: unknown) => String(error),
      );
    await expect.poll(claimed).toBe(1);
  });

  test('without an answer ends in a fault after the time-out of the socket', async () => {
    const { proxy, repository } = await openBehindProxy({ socketTimeoutMS: 300, connectTimeoutMS: 300 });
    await insertSome(repository, 1);
    proxy.mute();
    await expect(repository.claimDue(aClaim())).rejects.toBeInstanceOf(StoreUnavailableError);
  });
});

describeWithMongo('what the server refuses', (world) => {
  test('is a rejection without the document that it refused', async () => {
    const { db, freshName } = world();
    const collection = freshName();
    const repository = await MongoMessageRepository.open({ db, collection });
    await db.command({ collMod: collection, validator: { content: { $type: 'int' } } });
    const fault = await insertSome(repository, 1, { content: 'Your code is 1234' }).catch((error) => error);
    expect(fault).toBeInstanceOf(StoreRejectedError);
    expect(inspect(fault, { depth: 10 })).not.toContain('1234');
  });

  test('is a rejection when a document that is no message holds the key', async () => {
    const { db, freshName } = world();
    const documents = db.collection(freshName());
    const repository = await MongoMessageRepository.open({ db, collection: documents.collectionName });
    await documents.insertOne({ status: 'archived', idempotencyKey: 'order-1' });
    const inserting = insertSome(repository, 1, { idempotencyKey: 'order-1' });
    await expect(inserting).rejects.toBeInstanceOf(StoreRejectedError);
  });

  test('is a rejection when the document is too large to send', async () => {
    const { db, freshName } = world();
    const repository = await MongoMessageRepository.open({ db, collection: freshName() });
    const inserting = insertSome(repository, 1, { content: 'x'.repeat(17 * 1024 * 1024) });
    await expect(inserting).rejects.toBeInstanceOf(StoreRejectedError);
  });

  test('is an unknown outcome where a part of the batch was stored', async () => {
    const { db, freshName } = world();
    const collection = freshName();
    const repository = await MongoMessageRepository.open({ db, collection });
    await db.command({ collMod: collection, validator: { content: { $ne: 'refused' } } });
    const message = { phoneNumber: '+905551111111', idempotencyKey: null, sendAt: null, expiresAt: null };
    const inserting = repository.insert(
      ['stored', 'refused'].map((content) => ({ ...message, content, createdAt: 0 })),
    );
    await expect(inserting).rejects.toBeInstanceOf(StoreUnavailableError);
    expect((await repository.counts()).unsent.count).toBe(1);
  });
});

/** The result of each operation once every command of work is answered so. */
async function faultsUnder(world: MongoWorld, error: Readonly<Record<string, unknown>>) {
  const { proxy, open } = await behindWireProxy(world);
  const repository = await open();
  const [message] = await insertSome(repository, 1);
  const { leaseToken: token } = aClaim();
  await repository.claimDue(aClaim({ leaseToken: token, limit: 1 }));
  proxy.answerWith(async (command, pass) =>
    WORK.some((name) => name in command) ? { ok: 0, errmsg: 'made by the test', ...error } : pass(command),
  );
  const ids = [message?.id ?? ''];
  const operations: Readonly<Record<string, Promise<unknown>>> = {
    insert: insertSome(repository, 1),
    claimDue: repository.claimDue(aClaim()),
    beginAttempt: repository.beginAttempt(token, ids, NOW),
    settle: repository.settle(
      token,
      ids.map((id) => anAck(id)),
    ),
    extendLease: repository.extendLease(token, ids, NOW),
    release: repository.release(token, ids),
    findById: repository.findById(ids[0] ?? ''),
    list: repository.list({ limit: 1 }),
    counts: repository.counts(),
    cancel: repository.cancel(ids, NOW),
    redrive: repository.redrive(ids, NOW),
    redriveMatching: repository.redriveMatching({ status: 'failed' }, NOW, 1),
    nextDueAt: repository.nextDueAt(),
    stopDelivery: repository.stopDelivery({ at: NOW, by: 'ops' }),
    resumeDelivery: repository.resumeDelivery(),
    deliveryStop: repository.deliveryStop(),
    tryWrite: repository.tryWrite(),
    prune: repository.prune(NOW, 1),
    erase: repository.erase('+905551111111', 1),
  };
  expect(Object.keys(operations).sort()).toEqual(Object.keys(EVERY_OPERATION).sort());
  const faults = await Promise.all(
    Object.entries(operations).map(async ([name, operation]) => [
      name,
      await operation.then(
        () => 'no fault',
        ({ code }) => code,
      ),
    ]),
  );
  return Object.groupBy(faults, ([, code]) => code);
}

describeWithMongo('a cluster that is busy with itself', (world) => {
  for (const code of [175, 202, 249, 462, 16_500]) {
    test(`answers ${code}, and each operation says that nobody knows what became of it`, async () => {
      expect(Object.keys(await faultsUnder(world(), { code }))).toEqual(['store_unavailable']);
    });
  }

  for (const label of ['RetryableError', 'SystemOverloadedError']) {
    test(`answers with the label ${label}, and each operation says that nobody knows what became of it`, async () => {
      const error = { code: 13, errorLabels: [label] };
      expect(Object.keys(await faultsUnder(world(), error))).toEqual(['store_unavailable']);
    });
  }

  test('differs from one that refuses: each operation says that nothing was changed', async () => {
    expect(Object.keys(await faultsUnder(world(), { code: 2 }))).toEqual(['store_rejected']);
  });
});
