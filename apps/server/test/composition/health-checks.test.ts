import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteStore } from '@messaging-system/adapters-sqlite';
import { SentCacheUnavailableError, StoreRejectedError } from '@messaging-system/core';
import type { MessageRepository, SentCache } from '@messaging-system/core/adapter';
import { InMemorySentCache, ManualClock } from '@messaging-system/core/in-memory';
import { describe, expect, onTestFinished, test } from 'vitest';
import { healthChecks } from '../../src/composition/health-checks.ts';
import { openInProcess } from '../support/open-in-process.ts';
import { temporaryHome } from '../support/temporary-home.ts';

async function openStore(): Promise<SqliteStore> {
  const store = await SqliteStore.open({ path: join(temporaryHome(), 'messages.db') });
  onTestFinished(() => store.close());
  return store;
}

describe('readiness', () => {
  test('is not there while a store that can be read refuses every write', async () => {
    const store = await openStore();
    const refusing: MessageRepository = Object.create(store.messages, {
      findById: { value: async () => null },
      tryWrite: {
        value: async () => {
          throw new StoreRejectedError('the disk is full');
        },
      },
    });
    await expect(healthChecks(refusing, store.sentCache).store.check()).rejects.toThrow('the disk is full');
  });

  test('is not there for a sent cache that can be read and refuses every write', async () => {
    const store = await openStore();
    const cache = new InMemorySentCache(new ManualClock());
    const refusing: SentCache = {
      recall: (ids) => cache.recall(ids),
      forget: (ids) => cache.forget(ids),
      remember: async () => {
        throw new SentCacheUnavailableError('OOM command not allowed');
      },
    };
    await expect(healthChecks(store.messages, refusing).sentCache.check()).rejects.toThrow('OOM');
  });

  test('costs the store one write however many ask', async () => {
    const store = await openStore();
    let writes = 0;
    const counting: MessageRepository = Object.create(store.messages, {
      findById: { value: async () => null },
      tryWrite: {
        value: async () => {
          writes += 1;
        },
      },
    });
    const { store: check } = healthChecks(counting, store.sentCache);
    await Promise.all(Array.from({ length: 50 }, () => check.check()));
    await check.check();
    expect(writes).toBe(1);
  });

  test('leaves nothing in the store and the cache', async () => {
    const store = await openStore();
    const checks = healthChecks(store.messages, store.sentCache);
    for (const { check } of Object.values(checks)) expect(await check()).toEqual({ ok: true });
    expect(await store.sentCache.recall(['0'.repeat(24)])).toEqual([]);
    expect((await store.messages.counts()).unsent.count).toBe(0);
  });
});

test('a server whose SQLite file was deleted is not ready, stores nothing, and says what to do', async () => {
  const home = temporaryHome();
  const { get, post, text } = await openInProcess({ PROCESSOR_AUTO_START: 'false' }, home);
  const body = { phoneNumber: '+905551234567', content: 'Hello' };
  expect((await post('/messages', body)).status).toBe(201);
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(home, `data/messages.db${suffix}`));

  expect(await post('/messages', body)).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
  expect(await get('/readyz')).toMatchObject({
    status: 503,
    body: { details: { checks: { store: { ok: false, detail: 'store_unavailable' } } } },
  });
  expect(text()).toContain('Stop every process that uses the file');
});
