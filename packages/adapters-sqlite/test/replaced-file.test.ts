import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, copyFileSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { aNewMessage, NOW } from '@messaging-system/contract-tests';
import { StoreUnavailableError } from '@messaging-system/core';
import { describe, expect, test } from 'vitest';
import { SqliteStore } from '../src/index.ts';
import { freshPath, insertMany, openStore } from './support/fresh-store.ts';
import { openPlain } from './support/probe.ts';

const CLAIM = { now: NOW, leasedUntil: NOW + 1_000, leaseToken: 'token', journals: false, limit: 1 };

/** Changes to the files of a store that is open. */
const DEEDS: Readonly<Record<string, (path: string) => Promise<void> | void>> = {
  'deletes the file': (path) => rmSync(path),
  'deletes the file and its log': (path) => {
    for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file);
  },
  'deletes the log': (path) => rmSync(`${path}-wal`),
  'moves the folder away': (path) => renameSync(dirname(path), `${dirname(path)}-moved`),
  'moves a backup over the file': async (path) => {
    const other = await freshPath();
    await (await SqliteStore.open({ path: other })).close();
    renameSync(other, path);
  },
  'replaces the log': (path) => {
    copyFileSync(`${path}-wal`, `${path}-copy`);
    renameSync(`${path}-copy`, `${path}-wal`);
  },
  'makes a new file in its place': (path) => {
    for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file);
    openPlain(path).close();
  },
};

describe.each(Object.entries(DEEDS))('when somebody %s under an open store', (_, deed) => {
  test('every operation fails at once, and says what to do', async () => {
    const path = await freshPath();
    const store = await openStore(path);
    await insertMany(store, 3);
    await deed(path);
    const operations = {
      insert: () => store.messages.insert([aNewMessage()]),
      claimDue: () => store.messages.claimDue(CLAIM),
      findById: () => store.messages.findById('0'.repeat(24)),
      counts: () => store.messages.counts(),
      tryWrite: () => store.messages.tryWrite(),
    };
    for (const [name, operate] of Object.entries(operations)) {
      const fault: unknown = await operate().catch((error: unknown) => error);
      expect(fault, name).toBeInstanceOf(StoreUnavailableError);
      expect(String(fault), name).toContain('Stop every process that uses the file');
    }
    await expect(
      store.sentCache.remember([{ id: 'a', webhookMessageId: 'b', sentAt: NOW }]),
    ).rejects.toMatchObject({
      code: 'sent_cache_unavailable',
    });
    rmSync(`${dirname(path)}-moved`, { recursive: true, force: true });
  });
});

test('a file that is put back as it was is used again', async () => {
  const path = await freshPath();
  const store = await openStore(path);
  const aside = join(dirname(path), 'aside');
  mkdirSync(aside);
  renameSync(path, join(aside, 'messages.db'));
  await expect(store.messages.insert([aNewMessage()])).rejects.toBeInstanceOf(StoreUnavailableError);
  renameSync(join(aside, 'messages.db'), path);
  expect(await store.messages.insert([aNewMessage()])).toMatchObject({ kind: 'inserted' });
});

test('an app that copies its own data folder, and so drops the locks of its process, gets an error when its log is removed', async () => {
  const path = await freshPath();
  const store = await openStore(path);
  await insertMany(store, 10);
  // The effect of a copy: any close of the file by this process drops all locks that it has on it. https://www.sqlite.org/howtocorrupt.html
  closeSync(openSync(path, 'r'));
  closeSync(openSync(`${path}-shm`, 'r'));
  // Another program believes that it is the last to close the file, and removes the log.
  const program = `const { DatabaseSync } = require('node:sqlite');
    const database = new DatabaseSync(${JSON.stringify(path)});
    database.prepare('SELECT count(*) FROM messages').get();
    database.close();`;
  const child = spawn(process.execPath, ['-e', program], { stdio: 'inherit' });
  expect(await once(child, 'exit')).toEqual([0, null]);
  await expect(store.messages.insert([aNewMessage()])).rejects.toBeInstanceOf(StoreUnavailableError);
  await store.close();
  const again = await openStore(path);
  expect((await again.messages.counts()).unsent.count).toBe(10);
});
