import { statSync, symlinkSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnavailableError } from '@messaging-system/core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Durability, LogSync } from '../src/durability.ts';
import { CryptoRandom } from '../src/store.ts';
import { WriteQueue } from '../src/write-queue.ts';
import { freshPath } from './support/fresh-store.ts';

/** Syncs when the test says so. */
class SlowDisk implements Durability {
  readonly #syncs: PromiseWithResolvers<void>[] = [];

  get waiting(): number {
    return this.#syncs.length;
  }

  check(): void {}

  sync(): Promise<void> {
    const sync = Promise.withResolvers<void>();
    this.#syncs.push(sync);
    return sync.promise;
  }

  async close(): Promise<void> {}

  finish(): void {
    this.#syncs.shift()?.resolve();
  }

  fail(error: Error): void {
    this.#syncs.shift()?.reject(error);
  }
}

// Its log is where the test puts it.
const UNCHECKED = () => undefined;

function openQueue() {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  database.exec('CREATE TABLE things (name TEXT)');
  const disk = new SlowDisk();
  const queue = new WriteQueue(database, { lockWaitMs: 0, random: new CryptoRandom() }, disk);
  const confirmed: string[] = [];
  const insert = async (name: string): Promise<void> => {
    await queue.write(() => database.prepare('INSERT INTO things VALUES (?)').run(name));
    confirmed.push(name);
  };
  const stored = (): unknown => database.prepare('SELECT count(*) AS count FROM things').get()?.count;
  return { queue, disk, insert, confirmed, stored };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('it did not become so');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a write', () => {
  test('is confirmed when its commit is durable, not before', async () => {
    const { disk, insert, confirmed, stored } = openQueue();
    const writing = insert('one');
    await until(() => disk.waiting === 1);
    expect(stored()).toBe(1);
    expect(confirmed).toEqual([]);
    disk.finish();
    await writing;
    expect(confirmed).toEqual(['one']);
  });

  test('does not wait for the disk to be written to: those that are committed meanwhile share the next sync', async () => {
    const { disk, insert, confirmed, stored } = openQueue();
    const writes = [insert('one')];
    await until(() => disk.waiting === 1);
    writes.push(insert('two'));
    await until(() => stored() === 2);
    writes.push(insert('three'));
    await until(() => stored() === 3);
    expect(disk.waiting).toBe(1);
    disk.finish();
    await until(() => disk.waiting === 1);
    expect(confirmed).toEqual(['one']);
    disk.finish();
    await Promise.all(writes);
    expect(confirmed).toEqual(['one', 'two', 'three']);
  });

  test('that changes nothing needs no disk', async () => {
    const { queue } = openQueue();
    expect(await queue.write(() => 'nothing')).toBe('nothing');
  });

  test('fails when nobody knows whether it is durable; those behind it are synced anew', async () => {
    const { queue, disk, insert, confirmed, stored } = openQueue();
    const first = insert('one');
    await until(() => disk.waiting === 1);
    const second = insert('two');
    await until(() => stored() === 2);
    disk.fail(new Error('input/output error'));
    await expect(first).rejects.toThrow('input/output error');
    await until(() => disk.waiting === 1);
    disk.finish();
    await second;
    expect(confirmed).toEqual(['two']);
    await queue.drained();
  });

  test('is waited for by who closes', async () => {
    const { queue, disk, insert, confirmed } = openQueue();
    const writing = insert('one');
    const closing = queue.drained().then(() => confirmed.push('closed'));
    await until(() => disk.waiting === 1);
    disk.finish();
    await Promise.all([writing, closing]);
    expect(confirmed).toEqual(['one', 'closed']);
  });
});

describe('the log of a file', () => {
  test('that cannot be synced is a fault, and is begun anew before the next sync counts', async () => {
    const path = await freshPath();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA journal_mode = WAL; CREATE TABLE things (name TEXT)');
    const elsewhere = `${path}-elsewhere`;
    const log = new LogSync(database, elsewhere, UNCHECKED);
    await expect(log.sync()).rejects.toThrow(StoreUnavailableError);
    await expect(log.sync()).rejects.toThrow('could not be made durable');

    symlinkSync(`${path}-wal`, `${elsewhere}-wal`);
    database.exec(`INSERT INTO things VALUES ('one')`);
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
    await log.sync();
    expect(statSync(`${path}-wal`).size).toBe(0);

    database.exec(`INSERT INTO things VALUES ('two')`);
    await log.sync();
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
    await log.close();
    database.close();
  });

  test('stays in doubt while another connection keeps it from being begun anew', async () => {
    const path = await freshPath();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA journal_mode = WAL; CREATE TABLE things (name TEXT)');
    const log = new LogSync(database, `${path}-elsewhere`, UNCHECKED);
    await expect(log.sync()).rejects.toThrow('could not be made durable');
    symlinkSync(`${path}-wal`, `${path}-elsewhere-wal`);

    const reader = new DatabaseSync(path);
    reader.exec('BEGIN; SELECT * FROM things');
    database.exec(`INSERT INTO things VALUES ('one')`);
    await expect(log.sync()).rejects.toThrow('in use by another connection');
    reader.close();
    await log.sync();
    await log.close();
    database.close();
  });
});
