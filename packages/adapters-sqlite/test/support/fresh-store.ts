import type { DatabaseSync } from 'node:sqlite';
import { aNewMessage, NOW } from '@messaging-system/contract-tests';
import type { Message } from '@messaging-system/core';
import type { NewMessage } from '@messaging-system/core/adapter';
import { onTestFinished } from 'vitest';
import { SqliteStore, type SqliteStoreOptions } from '../../src/index.ts';
import { openPlain } from './probe.ts';
import { temporaryFile } from './temporary-file.ts';

/** A path whose directory goes when the test ends. */
export async function freshPath(): Promise<string> {
  const file = await temporaryFile();
  onTestFinished(file.remove);
  return file.path;
}

/** A store that is closed when the test ends. */
export async function openStore(
  path: string,
  options: Partial<SqliteStoreOptions> = {},
): Promise<SqliteStore> {
  const store = await SqliteStore.open({ path, ...options });
  onTestFinished(() => store.close());
  return store;
}

/** A new store, and a plain connection to its file, as another program would have it. */
export async function freshStore(
  options: Partial<SqliteStoreOptions> = {},
): Promise<{ readonly store: SqliteStore; readonly path: string; readonly plain: DatabaseSync }> {
  const path = await freshPath();
  const store = await openStore(path, options);
  const plain = openPlain(path);
  onTestFinished(() => plain.close());
  return { store, path, plain };
}

/** Stores messages one millisecond apart, in order. */
export async function insertMany(
  store: SqliteStore,
  count: number,
  fields: Partial<NewMessage> = {},
): Promise<readonly Message[]> {
  const asked = Array.from({ length: count }, (_, index) =>
    aNewMessage({ createdAt: NOW - count + index, ...fields }),
  );
  const result = await store.messages.insert(asked);
  return result.kind === 'inserted' ? result.items.map(({ message }) => message) : [];
}

export async function claimIds(
  store: SqliteStore,
  leaseToken: string,
  limit = 100,
): Promise<readonly string[]> {
  const request = { now: NOW, leasedUntil: NOW + 60_000, leaseToken, journals: false, limit };
  const claimed = await store.messages.claimDue(request);
  return claimed.map(({ message }) => message.id);
}
