import { execFileSync } from 'node:child_process';
import { aNack, aNewMessage, anAttempt, NOW } from '@messaging-system/contract-tests';
import { expect, onTestFinished, test } from 'vitest';
import { SqliteStore } from '../src/index.ts';
import { openReader } from './support/probe.ts';
import { temporaryFile } from './support/temporary-file.ts';

const PHONE = '+905550001122';
const METADATA = 'metadata-that-is-nowhere-else';
/** More than a page has room for. */
const BODY = 'a-response-that-is-nowhere-else '.repeat(300);

async function aPath(): Promise<string> {
  const file = await temporaryFile();
  onTestFinished(() => file.remove());
  return file.path;
}

async function openFilled(path: string, lockWaitMs = 10_000): Promise<SqliteStore> {
  const store = await SqliteStore.open({ path, lockWaitMs });
  onTestFinished(() => store.close());
  const { messages } = store;
  await messages.insert([aNewMessage({ phoneNumber: PHONE, metadata: { ref: METADATA } })]);
  const lease = { leasedUntil: NOW + 60_000, leaseToken: 'token', journals: false, limit: 1 };
  const response = { status: 500, headers: {}, body: BODY };
  for (const { message } of await messages.claimDue({ now: NOW, ...lease })) {
    await messages.settle('token', [aNack(message.id, { attempt: anAttempt({ response }) })]);
  }
  return store;
}

/** Read by another process: closing the file in this one would drop the locks that SQLite has on it here. */
function isOnDisk(path: string): boolean {
  const bytes = execFileSync('cat', [path, `${path}-wal`]);
  const found = [PHONE, METADATA, BODY.slice(0, 31)].filter((text) => bytes.includes(text));
  if (found.length !== 0 && found.length !== 3) throw new Error(`only ${found.join()} is there`);
  return found.length > 0;
}

test('an erased number is in neither the file nor its log when the erasure is confirmed', async () => {
  const path = await aPath();
  const store = await openFilled(path);
  expect(isOnDisk(path)).toBe(true);
  const result = await store.messages.erase(PHONE, 10);
  expect(result).toEqual({ erasedIds: [expect.any(String)], inFlightIds: [] });
  expect(isOnDisk(path)).toBe(false);
});

test('a pruned number is in neither the file nor its log', async () => {
  const path = await aPath();
  const store = await openFilled(path);
  const { items } = await list(store);
  await store.messages.cancel(
    items.map(({ id }) => id),
    1,
  );
  expect(await store.messages.prune(2, 10)).toBe(1);
  expect(isOnDisk(path)).toBe(false);
});

test('the erasure says that copies remain while a reader holds the log, and a repetition removes them', async () => {
  const path = await aPath();
  const store = await openFilled(path, 50);
  const reader = openReader(path);
  expect(await store.messages.erase(PHONE, 10)).toMatchObject({ copiesRemain: true });
  expect(isOnDisk(path)).toBe(true);
  reader.close();
  expect(await store.messages.erase(PHONE, 10)).toEqual({ erasedIds: [], inFlightIds: [] });
  expect(isOnDisk(path)).toBe(false);
});

test('pruning goes on while a reader holds the log', async () => {
  const path = await aPath();
  const store = await openFilled(path, 50);
  const { items } = await list(store);
  await store.messages.cancel(
    items.map(({ id }) => id),
    1,
  );
  const reader = openReader(path);
  expect(await store.messages.prune(2, 10)).toBe(1);
  reader.close();
});

async function list(store: SqliteStore) {
  const found = await store.messages.list({ limit: 10 });
  if (found.kind === 'invalid_cursor') throw new TypeError('there is no cursor');
  return found;
}
