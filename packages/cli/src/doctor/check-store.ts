import { constants, existsSync, statSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MessagingError } from '@messaging-system/core';
import { MESSAGE_STATUSES, type MessageRepository } from '@messaging-system/core/adapter';
import { deliveryStopJson } from '@messaging-system/http-hono';
import { CommandError, messageOf } from '../command-error.ts';
import type { Configuration, OpenStore, Storage } from '../host.ts';
import { atLeast, type Check, failed, ok, skipped, stoppedForAll, warning } from './check.ts';

/**
 * Opens store and cache as the server does (which makes indexes that are missing), and tries a write in each. A SQLite file of an earlier release is not
 * opened: that release would refuse it afterwards, and doctor is run to look.
 */
export async function checkStore(configuration: Configuration): Promise<readonly Check[]> {
  const { storage, leaseMs } = configuration;
  const { messages, sentCache, sqlitePath } = storage;
  if (messages === 'sqlite' && sentCache === 'sqlite' && !hasFile(sqlitePath)) {
    return [await checkFolder(sqlitePath)];
  }
  if (
    (messages === 'sqlite' || sentCache === 'sqlite') &&
    hasFile(sqlitePath) &&
    (await isOfEarlierRelease(configuration))
  ) {
    const text = `SQLite ${sqlitePath} is of an earlier release, and was not opened: the first start of this release upgrades it, and earlier ones then refuse it`;
    const advice = 'To be able to go back, first run "messaging-system backup FILE".';
    return [warning('store', text, advice), ...checkRights(storage)];
  }
  await using lifetimes = new AsyncDisposableStack();
  let store: OpenStore;
  try {
    store = await configuration.openStore(lifetimes, 'nothing');
  } catch (error) {
    return [failed('store', messageOf(error), storeAdvice(storage, error))];
  }
  return [
    await checkCounts(store, storage),
    ...store.warnings.map((text) => warning('store', text, null)),
    ...checkRights(storage),
    await checkClock(store.repository, leaseMs),
    ...(await checkNotifications(store)),
    await checkCache(store),
    ...(await checkStop(store.repository)),
  ];
}

async function isOfEarlierRelease(configuration: Configuration): Promise<boolean> {
  try {
    return await configuration.needsMigration();
  } catch (error) {
    // Opening it changes nothing of such a file either, and says what is wrong.
    if (error instanceof MessagingError) return false;
    throw error;
  }
}

function hasFile(path: string): boolean {
  return path !== ':memory:' && existsSync(path);
}

/** There is no file yet: whether it could be made. */
async function checkFolder(path: string): Promise<Check> {
  if (path === ':memory:') {
    const advice = 'Messages are gone when the server ends: set SQLITE_PATH to a file.';
    return warning('store', 'sqlite.path is :memory:', advice);
  }
  let folder = dirname(path);
  while (!existsSync(folder)) folder = dirname(folder);
  try {
    await access(folder, constants.W_OK);
    return ok('store', `SQLite ${path} will be made at the first start`);
  } catch {
    const text = `SQLite ${path} cannot be made: ${folder} is not writable`;
    return failed('store', text, 'Make it writable, or set SQLITE_PATH.');
  }
}

/** Whether other users of this machine can read what is stored, phone numbers included. Windows has no such rights. */
function checkRights({ messages, sentCache, sqlitePath }: Storage): readonly Check[] {
  const isUsed = messages === 'sqlite' || sentCache === 'sqlite';
  if (!isUsed || process.platform === 'win32' || !hasFile(sqlitePath)) return [];
  const files = ['', '-wal', '-shm'].map((end) => `${sqlitePath}${end}`).filter((file) => existsSync(file));
  const open = files.filter((file) => (statSync(file).mode & 0o077) !== 0);
  if (open.length === 0) return [];
  const text = `other users of this machine can read ${open.join(', ')}`;
  return [warning('file rights', text, `Run: chmod 600 ${open.join(' ')}`)];
}

async function checkCounts(store: OpenStore, storage: Storage): Promise<Check> {
  try {
    await store.tryWrite();
    const counts = await store.repository.counts();
    const shown = MESSAGE_STATUSES.map((status) => `${atLeast(counts[status])} ${status}`);
    return ok('store', `${store.name}, with its indexes: ${shown.join(', ')}`);
  } catch (error) {
    const text = `${store.name} was opened, and cannot be used: ${messageOf(error)}`;
    return failed('store', text, storeAdvice(storage, error));
  }
}

function storeAdvice({ messages }: Storage, error: unknown): string | null {
  switch (messages) {
    case 'mongodb':
      return 'Check that MongoDB runs as a replica set, that mongo.uri names it, and that its user may read, write and make indexes.';
    case 'postgresql':
      return 'Check that PostgreSQL runs, and that the database in postgres.uri exists. Its user must be allowed to log in, and to make the schema unless the owner of the database has run doctor once.';
    case 'sqlite': {
      // Each typed fault of the SQLite adapter says itself what to do.
      const fault = error instanceof CommandError ? error.cause : error;
      return fault instanceof MessagingError
        ? null
        : 'Check that the file is a database of this service, on a local disk, and that this user may write it.';
    }
  }
}

/** Where the store can tell its time: how far ours is off. */
async function checkClock(repository: MessageRepository, leaseMs: number): Promise<Check> {
  if (repository.storeNow === undefined)
    return skipped('clock', 'the store is on this machine and has the same');
  try {
    const before = Date.now();
    const there = await repository.storeNow();
    const offset = Math.round((before + Date.now()) / 2 - there);
    const shown = `${Math.abs(offset)} ms ${offset < 0 ? 'behind' : 'ahead of'} the store's`;
    if (Math.abs(offset) <= leaseMs / 10) return ok('clock', shown);
    const advice =
      'Synchronise the clocks (chrony, systemd-timesyncd). Until then the server works by the time of the store.';
    return warning('clock', shown, advice);
  } catch (error) {
    return warning('clock', `the time of the store cannot be read: ${messageOf(error)}`, 'See the store.');
  }
}

async function checkNotifications(store: OpenStore): Promise<readonly Check[]> {
  const problem = await store.notificationProblem?.();
  if (problem === undefined) return [];
  if (problem === null) return [ok('notifications', 'arrive: messages of other processes are found at once')];
  const advice =
    'Set postgres.listenUri (POSTGRES_LISTEN_URI) to a URI that leads to the server itself, or keep processor.interval short.';
  return [warning('notifications', problem, advice)];
}

/** Whether deliveries are stopped for every server, which the store keeps also while none runs, and a backup too. */
async function checkStop(repository: MessageRepository): Promise<readonly Check[]> {
  try {
    const stop = await repository.deliveryStop?.();
    return stop ? [stoppedForAll(deliveryStopJson(stop))] : [];
  } catch (error) {
    const text = `whether they are stopped for all servers cannot be read: ${messageOf(error)}`;
    return [warning('deliveries', text, 'See the store.')];
  }
}

async function checkCache(store: OpenStore): Promise<Check> {
  let name = '';
  try {
    const cache = await store.openSentCache();
    name = cache.name;
    await cache.tryWrite();
    return ok('sent cache', name);
  } catch (error) {
    const text = messageOf(error);
    if (name === '') {
      return failed('sent cache', text, 'Set SQLITE_PATH to a file that can be written, or REDIS_URI.');
    }
    const advice =
      'Delivery goes on without it, and more copies are possible. Check redis.uri and redis.password, and that Redis runs.';
    return warning('sent cache', `${name}: ${text}`, advice);
  }
}
