import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { aNewMessage, anAck, NOW, TRACEPARENT } from '@messaging-system/contract-tests';
import { StoreRejectedError, StoreUnavailableError } from '@messaging-system/core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { raceProcesses } from '../../../tooling/race-processes.ts';
import { SqliteStore } from '../src/index.ts';
import { needsMigration } from '../src/needs-migration.ts';
import { openDatabase, unwritableFolder } from '../src/open-database.ts';
import { MIGRATIONS } from '../src/schema.ts';
import { CryptoRandom } from '../src/store.ts';
import { claimIds, freshPath, insertMany, openStore } from './support/fresh-store.ts';
import { openPlain } from './support/probe.ts';

const POLICY = { lockWaitMs: 5_000, random: new CryptoRandom() };

const NEXT = 'ALTER TABLE messages ADD COLUMN colour TEXT';

async function openWith(path: string, migrations: readonly string[]): Promise<void> {
  (await openDatabase(path, POLICY, migrations)).close();
}

function versionOf(path: string): unknown {
  const plain = openPlain(path);
  try {
    return plain.prepare('PRAGMA user_version').get()?.user_version;
  } finally {
    plain.close();
  }
}

describe('opening a file', () => {
  test('makes it and its directory', async () => {
    const path = join(dirname(await freshPath()), 'not', 'there', 'yet.db');
    await openStore(path);
    expect(existsSync(path)).toBe(true);
    expect(versionOf(path)).toBe(MIGRATIONS.length);
  });

  test('keeps what it holds', async () => {
    const path = await freshPath();
    const first = await SqliteStore.open({ path });
    await first.messages.insert([aNewMessage({ idempotencyKey: 'order-1' })]);
    await first.close();
    const second = await openStore(path);
    expect(await second.messages.insert([aNewMessage({ idempotencyKey: 'order-1' })])).toMatchObject({
      items: [{ kind: 'existing' }],
    });
  });

  test('keeps everything in memory on request', async () => {
    const store = await openStore(':memory:');
    await store.messages.insert([aNewMessage()]);
    expect((await store.messages.counts()).unsent.count).toBe(1);
    expect(existsSync(':memory:')).toBe(false);
  });

  test('brings the file of an older release to the newest version, with its messages', async () => {
    const path = await freshPath();
    const older = await SqliteStore.open({ path });
    await older.messages.insert([aNewMessage()]);
    await older.close();

    await openWith(path, [...MIGRATIONS, NEXT]);

    expect(versionOf(path)).toBe(MIGRATIONS.length + 1);
    const plain = openPlain(path);
    expect(plain.prepare('SELECT colour FROM messages').all()).toEqual([{ colour: null }]);
    plain.close();
  });

  test('is known beforehand to bring the file of an older release to the newest version, and changes nothing for that', async () => {
    const path = await freshPath();
    await openWith(path, MIGRATIONS.slice(0, 2));
    expect(needsMigration(path)).toBe(true);
    expect(versionOf(path)).toBe(2);
    await openWith(path, MIGRATIONS);
    expect(needsMigration(path)).toBe(false);
    await openWith(path, [...MIGRATIONS, NEXT]);
    expect(() => needsMigration(path)).toThrow(StoreRejectedError);
    expect(() => needsMigration(`${path}.none`)).toThrow(StoreUnavailableError);
  });

  test('delivers messages of a release without traceparent, while one with it runs', async () => {
    const path = await freshPath();
    await openWith(path, MIGRATIONS.slice(0, 1));
    const older = openPlain(path);
    const insertOld = older.prepare('INSERT INTO messages (phone_number, content) VALUES (?, ?)');
    insertOld.run('+905551111111', 'stored before');

    const store = await openStore(path);
    // The older release is still running: what it prepared before goes on.
    insertOld.run('+905551111111', 'stored beside');
    older.close();
    await store.messages.insert([aNewMessage({ content: 'stored after', traceparent: TRACEPARENT })]);

    const claimed = await store.messages.claimDue({
      now: NOW,
      leasedUntil: NOW + 60_000,
      leaseToken: 'token-1',
      journals: false,
      limit: 10,
    });
    expect(claimed.map(({ message }) => [message.content, message.traceparent])).toEqual(
      expect.arrayContaining([
        ['stored before', null],
        ['stored beside', null],
        ['stored after', TRACEPARENT],
      ]),
    );
  });

  test('counts the settles of a release that leaves all counting to the trigger, while one that does not runs', async () => {
    const path = await freshPath();
    await openWith(path, MIGRATIONS.slice(0, 2));
    const older = openPlain(path);
    onTestFinished(() => older.close());
    const ackOfOlder = older.prepare(
      `UPDATE messages SET status = 'sent', settled_by = lease_token, lease_token = NULL, lease_journals = 0 WHERE id = ?`,
    );
    ackOfOlder.run('not there');

    const store = await openStore(path);
    const ids = (await insertMany(store, 100)).map(({ id }) => id);
    await claimIds(store, 'token-1');
    await store.messages.settle(
      'token-1',
      ids.slice(0, 50).map((id) => anAck(id)),
    );
    for (const id of ids.slice(50, 80)) ackOfOlder.run(id);

    const { unsent, sent } = await store.messages.counts();
    expect([unsent.count, sent.count]).toEqual([20, 80]);
  });

  test('leaves the file as it was when a migration fails', async () => {
    const path = await freshPath();
    await openWith(path, MIGRATIONS);
    const broken = 'ALTER TABLE nowhere ADD COLUMN colour TEXT';

    await expect(openWith(path, [...MIGRATIONS, NEXT, broken])).rejects.toBeInstanceOf(StoreRejectedError);

    expect(versionOf(path)).toBe(MIGRATIONS.length);
    await openWith(path, [...MIGRATIONS, NEXT]);
  });

  test('refuses the file of a newer release and leaves it alone', async () => {
    const path = await freshPath();
    await openWith(path, [...MIGRATIONS, NEXT]);

    const opening = SqliteStore.open({ path });

    await expect(opening).rejects.toBeInstanceOf(StoreRejectedError);
    await expect(opening).rejects.toThrow('made by a newer release');
    expect(versionOf(path)).toBe(MIGRATIONS.length + 1);
  });

  test("refuses another program's database and leaves it alone", async () => {
    const path = await freshPath();
    const plain = openPlain(path);
    plain.exec('CREATE TABLE messages (text TEXT)');

    const opening = SqliteStore.open({ path });

    await expect(opening).rejects.toBeInstanceOf(StoreRejectedError);
    await expect(opening).rejects.toThrow('holds the data of another program');
    expect(plain.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'delete' });
    plain.close();
  });

  test('refuses a file that is not a database', async () => {
    const path = await freshPath();
    await writeFile(path, 'phone;content\n'.repeat(1000));
    const opening = SqliteStore.open({ path });
    await expect(opening).rejects.toBeInstanceOf(StoreRejectedError);
    await expect(opening).rejects.toThrow('is not a SQLite database');
  });

  test('refuses a SQLite URI and makes no file of that name', async () => {
    const opening = SqliteStore.open({ path: 'file::memory:' });
    await expect(opening).rejects.toBeInstanceOf(StoreRejectedError);
    await expect(opening).rejects.toThrow('give the path of the file');
    expect(existsSync('file::memory:')).toBe(false);
  });

  test('throws StoreUnavailableError for a path that is a directory', async () => {
    const opening = SqliteStore.open({ path: dirname(await freshPath()) });
    await expect(opening).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(opening).rejects.toThrow('could not be opened');
  });

  test('names the folder that a new file cannot be made in, and what to do', () => {
    // The user of the tests may be root, who may write everywhere.
    const cause = Object.assign(new Error('permission denied'), { code: 'EACCES' });
    expect(unwritableFolder('/tmp/x/messages.db', cause).message).toBe(
      'the SQLite file /tmp/x/messages.db cannot be made: /tmp/x is not writable. Make it writable, or give another path',
    );
  });

  test('throws StoreUnavailableError for a directory that cannot be made', async () => {
    const path = await freshPath();
    await writeFile(path, '');
    const opening = SqliteStore.open({ path: join(path, 'below', 'a-file.db') });
    await expect(opening).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(opening).rejects.toThrow('could not be made');
  });

  test('waits for a lock that somebody has on a file without a write-ahead log', async () => {
    const path = await freshPath();
    const plain = openPlain(path);
    plain.exec('BEGIN EXCLUSIVE');
    let isOpen = false;
    const opening = openStore(path).then(() => {
      isOpen = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(isOpen).toBe(false);
    plain.exec('ROLLBACK');
    plain.close();
    await opening;
  });

  test('is safe for processes that make the file at the same time', async () => {
    const path = await freshPath();
    const raced = await raceProcesses(new URL('./support/claim-until-empty.ts', import.meta.url), 3, {
      path,
      now: 0,
      leasedUntil: 1,
      limit: 1,
    });
    expect(raced).toEqual([[], [], []]);
    expect(versionOf(path)).toBe(MIGRATIONS.length);
  });

  test('names every option that is wrong', async () => {
    const opening = SqliteStore.open({ path: '', sentCacheTtlMs: 0, lockWaitMs: -1 });
    await expect(opening).rejects.toMatchObject({
      code: 'invalid_options',
      problems: [
        'path must not be empty',
        'sentCacheTtlMs must be a whole number from 1, is 0',
        'lockWaitMs must be a number from 0, is -1',
      ],
    });
  });
});
