import { open, stat } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import { aNewMessage, NOW } from '@messaging-system/contract-tests';
import {
  InvalidOptionsError,
  MessagingError,
  SentCacheUnavailableError,
  StoreRejectedError,
  StoreUnavailableError,
} from '@messaging-system/core';
import { ObjectIdFactory } from '@messaging-system/core/adapter';
import { SystemClock } from '@messaging-system/core/system-clock';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Connection } from '../src/connection.ts';
import { NO_DURABILITY } from '../src/durability.ts';
import { isBusy, sentCacheFault, storeFault } from '../src/errors.ts';
import { SqliteStore } from '../src/index.ts';
import { openDatabase } from '../src/open-database.ts';
import { SqliteMessageRepository } from '../src/repository.ts';
import { SqliteSentCache } from '../src/sent-cache.ts';
import { CryptoRandom } from '../src/store.ts';
import { freshPath, freshStore, insertMany, openStore } from './support/fresh-store.ts';

const DAY_MS = 86_400_000;

/** A store whose own connection the test can set limits on. */
async function storeOver(
  limit: (database: DatabaseSync) => void,
): Promise<{ messages: SqliteMessageRepository; sentCache: SqliteSentCache; database: DatabaseSync }> {
  const path = await freshPath();
  const random = new CryptoRandom();
  const policy = { lockWaitMs: 1000, random };
  const database = await openDatabase(path, policy);
  const connection = new Connection(database, path, policy, NO_DURABILITY);
  onTestFinished(() => connection.close());
  limit(database);
  const clock = new SystemClock();
  const ids = new ObjectIdFactory(random);
  const messages = new SqliteMessageRepository(connection, { ids, clock, sentCacheTtlMs: DAY_MS });
  return { messages, sentCache: new SqliteSentCache(connection, messages, clock, DAY_MS), database };
}

async function faultOf(work: Promise<unknown>): Promise<MessagingError> {
  const fault: unknown = await work.then(
    () => 'no fault',
    (thrown: unknown) => thrown,
  );
  if (!(fault instanceof MessagingError)) throw new Error(`not a typed fault: ${fault}`);
  return fault;
}

describe('options that cannot be used', () => {
  test.each([undefined, './messages.db', { file: './messages.db' }, {}, { path: 7 }])(
    'are refused before a file is made: %j',
    async (given) => {
      // Without types anything can be given.
      const opening = SqliteStore.open(given as unknown as { path: string });
      await expect(opening).rejects.toBeInstanceOf(InvalidOptionsError);
      await expect(opening).rejects.toThrow(
        /^(options must be an object|unknown options: file|path must be a text)/,
      );
    },
  );
});

describe('faults', () => {
  test('a full disk refuses what it has no room for, and keeps what it had', async () => {
    const { messages, database } = await storeOver((full) => full.exec('PRAGMA max_page_count = 40'));
    const large = Array.from({ length: 100 }, () => aNewMessage({ content: 'x'.repeat(500) }));
    const insertUntilFull = async (): Promise<never> => {
      for (;;) await messages.insert(large);
    };

    const fault = await faultOf(insertUntilFull());

    expect(fault).toBeInstanceOf(StoreRejectedError);
    expect(fault.message).toContain('no room left: free space');
    const { unsent } = await messages.counts();
    expect(unsent.count % large.length).toBe(0);

    database.exec('PRAGMA max_page_count = 4000');
    await messages.insert(large);
    expect((await messages.counts()).unsent.count).toBe(unsent.count + large.length);
  });

  test('a file that may not be written refuses writes and lets reads through', async () => {
    const { messages, sentCache } = await storeOver((only) => only.exec('PRAGMA query_only = ON'));

    const fault = await faultOf(messages.insert([aNewMessage()]));
    expect(fault).toBeInstanceOf(StoreRejectedError);
    expect(fault.message).toContain('give this user write access');
    expect((await messages.counts()).unsent.count).toBe(0);

    const cacheFault = await faultOf(sentCache.forget(['6955b9000102030405000001']));
    expect(cacheFault).toBeInstanceOf(SentCacheUnavailableError);
    expect(cacheFault.message).toContain('give this user write access');
  });

  test('a damaged file is refused with what can be done about it', async () => {
    const path = await freshPath();
    const store = await SqliteStore.open({ path });
    await insertMany(store, 500);
    await store.close();
    const { size } = await stat(path);
    const file = await open(path, 'r+');
    await file.write(Buffer.alloc(size - 4096, 0xab), 0, size - 4096, 4096);
    await file.close();

    const reading = (async () => (await openStore(path)).messages.list({ limit: 100 }))();

    const fault = await faultOf(reading);
    expect(fault).toBeInstanceOf(StoreRejectedError);
    expect(fault.message).toContain('is damaged: stop every process');
  });

  test('tables that were changed by hand are refused', async () => {
    const { store, plain } = await freshStore();
    plain.exec('ALTER TABLE messages RENAME COLUMN reason TO cause');
    const fault = await faultOf(store.messages.list({ limit: 1 }));
    expect(fault).toBeInstanceOf(StoreRejectedError);
    expect(fault.message).toContain('may have been changed by hand');
  });

  test('values that the file cannot keep are refused, and nothing of the call is stored', async () => {
    const { store } = await freshStore();
    const fractional = faultOf(store.messages.insert([aNewMessage(), aNewMessage({ createdAt: NOW + 0.5 })]));
    const sameKeys = faultOf(
      store.messages.insert([1, 2].map(() => aNewMessage({ idempotencyKey: 'order-1' }))),
    );
    const noLimit = faultOf(store.messages.list({ limit: 1.5 }));
    for (const fault of [await fractional, await sameKeys, await noLimit]) {
      expect(fault).toBeInstanceOf(StoreRejectedError);
      expect(fault.message).toContain('refused a value');
    }
    // No type allows it; a caller without types may still do it.
    const noText: string = JSON.parse('{"id":"a"}');
    expect(await faultOf(store.messages.findById(noText))).toBeInstanceOf(StoreRejectedError);
    expect((await store.messages.counts()).unsent.count).toBe(0);
  });

  test('a closed store is unavailable, and was closed only after what it was asked for', async () => {
    const path = await freshPath();
    const store = await SqliteStore.open({ path });
    const inserting = store.messages.insert([aNewMessage()]);
    const closing = store.close();
    expect((await inserting).kind).toBe('inserted');
    await closing;
    await store.close();

    for (const work of [store.messages.counts(), store.messages.insert([aNewMessage()])]) {
      const fault = await faultOf(work);
      expect(fault).toBeInstanceOf(StoreUnavailableError);
      expect(fault.message).toContain('has been closed by this process');
    }
    expect(await faultOf(store.sentCache.recall(['a']))).toBeInstanceOf(SentCacheUnavailableError);
    const again = await openStore(path);
    expect((await again.messages.counts()).unsent.count).toBe(1);
  });

  test('a store is closed at the end of its block', async () => {
    const path = await freshPath();
    let opened: SqliteStore;
    {
      await using store = await SqliteStore.open({ path });
      opened = store;
    }
    expect(await faultOf(opened.messages.counts())).toBeInstanceOf(StoreUnavailableError);
  });
});

/** The driver's error for a result code of SQLite. */
function driverError(errcode: number): Error {
  return Object.assign(new Error('text of the driver'), { code: 'ERR_SQLITE_ERROR', errcode });
}

// Extended codes are of the kind of their low byte. @see https://www.sqlite.org/rescode.html
const UNAVAILABLE = {
  SQLITE_BUSY: 5,
  SQLITE_BUSY_RECOVERY: 261,
  SQLITE_BUSY_SNAPSHOT: 517,
  SQLITE_LOCKED: 6,
  SQLITE_LOCKED_SHAREDCACHE: 262,
  SQLITE_NOMEM: 7,
  SQLITE_INTERRUPT: 9,
  SQLITE_IOERR: 10,
  SQLITE_IOERR_FSYNC: 1034,
  SQLITE_CANTOPEN: 14,
  SQLITE_PROTOCOL: 15,
};
const REJECTED = {
  SQLITE_ERROR: 1,
  SQLITE_PERM: 3,
  SQLITE_READONLY: 8,
  SQLITE_READONLY_DBMOVED: 1032,
  SQLITE_CORRUPT: 11,
  SQLITE_FULL: 13,
  SQLITE_CONSTRAINT_UNIQUE: 2067,
  SQLITE_MISMATCH: 20,
  SQLITE_NOTADB: 26,
};

describe('result codes of SQLite', () => {
  test.each(Object.entries(UNAVAILABLE))('%s is store_unavailable', (_, errcode) => {
    const error = driverError(errcode);
    expect(storeFault(error, 'a.db')).toMatchObject({ code: 'store_unavailable', cause: error });
    expect(sentCacheFault(error, 'a.db')).toMatchObject({ code: 'sent_cache_unavailable' });
  });

  test.each(Object.entries(REJECTED))('%s is store_rejected', (_, errcode) => {
    const error = driverError(errcode);
    expect(storeFault(error, 'a.db')).toMatchObject({ code: 'store_rejected', cause: error });
    expect(isBusy(error)).toBe(false);
  });

  test('errors that are not faults of the store come through as they are', () => {
    const bug = new TypeError('a slip of the program');
    expect(storeFault(bug, 'a.db')).toBe(bug);
    expect(sentCacheFault(bug, 'a.db')).toBe(bug);
  });
});
