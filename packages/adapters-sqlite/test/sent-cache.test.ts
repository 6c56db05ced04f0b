import type { DatabaseSync } from 'node:sqlite';
import { anAck, NOW } from '@messaging-system/contract-tests';
import { ManualClock } from '@messaging-system/core/in-memory';
import { describe, expect, test } from 'vitest';
import { claimIds, freshStore, insertMany, openStore } from './support/fresh-store.ts';

const HOUR_MS = 3_600_000;

function records(count: number, from = 0): { id: string; webhookMessageId: string; sentAt: number }[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `id-${from + index}`,
    webhookMessageId: `receiver-id-${from + index}`,
    sentAt: NOW,
  }));
}

function size(plain: DatabaseSync): unknown {
  return plain.prepare('SELECT count(*) AS count FROM sent_cache').get()?.count;
}

describe('the sent cache', () => {
  test('is settled with the repository of its own store only', async () => {
    const { store, path } = await freshStore();
    const another = await openStore(path);
    expect(store.sentCache.isSettledWith(store.messages)).toBe(true);
    expect(store.sentCache.isSettledWith(another.messages)).toBe(false);
  });

  test('remembers an ack and its message together or not at all', async () => {
    const { store } = await freshStore({ clock: new ManualClock(NOW) });
    await insertMany(store, 2);
    const ids = await claimIds(store, 'token-1');
    const settlements = ids.map((id, index) => anAck(id, index === 1 ? { sentAt: NOW + 0.5 } : {}));
    await expect(store.messages.settle('token-1', settlements)).rejects.toThrow('whole milliseconds');
    expect(await store.sentCache.recall(ids)).toEqual([]);
    expect((await store.messages.counts()).sent.count).toBe(0);
    await store.messages.settle(
      'token-1',
      ids.map((id) => anAck(id)),
    );
    expect(await store.sentCache.recall(ids)).toHaveLength(2);
  });

  test('remembers an ack for the time to live, as a record of its own that was made in that moment', async () => {
    const clock = new ManualClock(NOW);
    const { store, plain } = await freshStore({ clock, sentCacheTtlMs: HOUR_MS });
    const [message] = await insertMany(store, 1);
    const ids = await claimIds(store, 'token-1');
    await store.messages.settle('token-1', [anAck(message?.id ?? '', { settledAt: NOW })]);
    expect(size(plain)).toBe(0);
    clock.set(NOW + HOUR_MS - 1);
    expect(await store.sentCache.recall(ids)).toMatchObject([{ id: message?.id }]);
    clock.set(NOW + HOUR_MS);
    expect(await store.sentCache.recall(ids)).toEqual([]);
  });

  test('returns the given record, where a message was remembered by itself too', async () => {
    const { store } = await freshStore({ clock: new ManualClock(NOW) });
    await insertMany(store, 1);
    const [id = ''] = await claimIds(store, 'token-1');
    await store.messages.settle('token-1', [anAck(id)]);
    const record = { id, webhookMessageId: 'another', sentAt: NOW };
    await store.sentCache.remember([record]);
    expect(await store.sentCache.recall([id])).toEqual([record]);
  });

  test('keeps a record for the time to live that was set', async () => {
    const clock = new ManualClock(NOW);
    const store = await openStore(':memory:', { clock, sentCacheTtlMs: HOUR_MS });
    const [record] = records(1);
    await store.sentCache.remember(records(1));
    clock.set(NOW + HOUR_MS - 1);
    expect(await store.sentCache.recall(['id-0'])).toEqual([record]);
    clock.set(NOW + HOUR_MS);
    expect(await store.sentCache.recall(['id-0'])).toEqual([]);
  });

  test('removes what has expired in small steps, as new records come', async () => {
    const clock = new ManualClock(NOW);
    const { store, plain } = await freshStore({ clock, sentCacheTtlMs: HOUR_MS });
    await store.sentCache.remember(records(100));
    clock.set(NOW + HOUR_MS);
    await store.sentCache.remember(records(1, 1_000));
    expect(size(plain)).toBe(85);
    await store.sentCache.remember(records(30, 2_000));
    expect(size(plain)).toBe(55);
    for (let from = 3_000; from < 3_005; from += 1) await store.sentCache.remember(records(1, from));
    expect(size(plain)).toBe(36);
  });

  test('outlives the message, for no longer than it would have remembered it', async () => {
    const clock = new ManualClock(NOW);
    const { store, plain } = await freshStore({ clock, sentCacheTtlMs: HOUR_MS });
    await insertMany(store, 1);
    const ids = await claimIds(store, 'token-1');
    await store.messages.settle(
      'token-1',
      ids.map((id) => anAck(id, { settledAt: NOW })),
    );
    await store.messages.prune(NOW + HOUR_MS, 10);
    expect(await store.messages.findById(ids[0] ?? '')).toBeNull();
    expect(await store.sentCache.recall(ids)).toMatchObject([
      { id: ids[0], webhookMessageId: 'receiver-id-1' },
    ]);
    clock.set(NOW + HOUR_MS);
    expect(await store.sentCache.recall(ids)).toEqual([]);

    await insertMany(store, 1);
    const later = await claimIds(store, 'token-2');
    await store.messages.settle(
      'token-2',
      later.map((id) => anAck(id, { settledAt: NOW })),
    );
    await store.messages.prune(NOW + HOUR_MS, 10);
    expect(size(plain)).toBe(1);
  });
});
