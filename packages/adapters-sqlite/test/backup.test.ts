import { existsSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { copyFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { aNewMessage } from '@messaging-system/contract-tests';
import { StoreRejectedError } from '@messaging-system/core';
import { expect, test } from 'vitest';
import { SqliteStore } from '../src/index.ts';
import { makeNewFile } from '../src/open-database.ts';
import { freshPath, insertMany, openStore } from './support/fresh-store.ts';
import { openPlain } from './support/probe.ts';

test('a backup has what was stored before it, while others go on writing, and is one file', async () => {
  const path = await freshPath();
  const store = await openStore(path);
  const before = await insertMany(store, 500);
  const target = join(dirname(path), 'backup.db');

  let isDone = false;
  const writing = (async () => {
    while (!isDone) await store.messages.insert([aNewMessage()]);
  })();
  await store.backup(target);
  isDone = true;
  await writing;

  expect(readdirSync(dirname(path)).filter((name) => name.startsWith('backup'))).toEqual(['backup.db']);
  const copy = await openStore(target);
  for (const { id } of before) expect(await copy.messages.findById(id)).toMatchObject({ id });
});

test('a backup overwrites nothing', async () => {
  const path = await freshPath();
  const store = await openStore(path);
  const target = join(dirname(path), 'backup.db');
  writeFileSync(target, 'something else');
  await expect(store.backup(target)).rejects.toBeInstanceOf(StoreRejectedError);
  await expect(store.backup(path)).rejects.toBeInstanceOf(StoreRejectedError);
  expect((await store.messages.counts()).unsent.count).toBe(0);
});

// There a link takes a right of its own.
const testWithLinks = test.skipIf(process.platform === 'win32');

testWithLinks(
  'a backup writes through no file that somebody put next to it, and leaves it there',
  async () => {
    const path = await freshPath();
    const store = await openStore(path);
    await insertMany(store, 5);
    const folder = dirname(path);
    const victim = join(folder, 'of-somebody-else');
    writeFileSync(victim, 'something else');
    const planted = ['', '-journal', '-wal'].map((suffix) => join(folder, `backup.db.unfinished${suffix}`));
    for (const link of planted) symlinkSync(victim, link);

    await store.backup(join(folder, 'backup.db'));

    expect(planted.map((link) => readlinkSync(link))).toEqual([victim, victim, victim]);
    expect(readFileSync(victim, 'utf8')).toBe('something else');
    const copy = await openStore(join(folder, 'backup.db'));
    expect((await copy.messages.counts()).unsent.count).toBe(5);
  },
);

testWithLinks('the file that a backup is written into is never made through a link', async () => {
  const folder = dirname(await freshPath());
  const link = join(folder, 'link');
  symlinkSync(join(folder, 'elsewhere'), link);
  expect(() => makeNewFile(link)).toThrow('EEXIST');
  expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
});

test('a backup that cannot be written leaves nothing behind, and is a typed fault', async () => {
  const path = await freshPath();
  const store = await openStore(path);
  const target = join(dirname(path), 'missing', 'backup.db');
  await expect(store.backup(target)).rejects.toMatchObject({ code: 'store_unavailable' });
  expect(existsSync(dirname(target))).toBe(false);
});

test('a store in memory has nothing to back up', async () => {
  const store = await openStore(':memory:');
  await expect(store.backup('backup.db')).rejects.toBeInstanceOf(StoreRejectedError);
});

test('the documented way restores a backup: stop, remove the log, put the backup in its place, start', async () => {
  const path = await freshPath();
  const store = await SqliteStore.open({ path });
  await insertMany(store, 20);
  const target = join(dirname(path), 'backup.db');
  await store.backup(target);
  await insertMany(store, 20);
  await store.close();

  for (const suffix of ['-wal', '-shm']) await rm(`${path}${suffix}`, { force: true });
  await rename(target, path);

  const restored = await openStore(path);
  expect((await restored.messages.counts()).unsent.count).toBe(20);
});

test('a file with the log of another one is refused when that left it damaged', async () => {
  const path = await freshPath();
  const store = await SqliteStore.open({ path });
  const target = join(dirname(path), 'backup.db');
  await insertMany(store, 5);
  await store.backup(target);
  await insertMany(store, 2_000);
  // From here on the log has only what came later.
  const plain = openPlain(path);
  plain.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  plain.close();
  await insertMany(store, 300);
  await copyFile(`${path}-wal`, `${path}-kept`);
  await store.close();
  await rename(target, path);
  await rename(`${path}-kept`, `${path}-wal`);

  const opening = SqliteStore.open({ path });

  await expect(opening).rejects.toBeInstanceOf(StoreRejectedError);
  await expect(opening).rejects.toThrow('is damaged: stop every process');
});
