import { NOW } from '@messaging-system/contract-tests';
import { ManualClock } from '@messaging-system/core/in-memory';
import { describe, expect, test } from 'vitest';
import { freshPath, freshStore, insertMany, openStore } from './support/fresh-store.ts';
import { openPlain } from './support/probe.ts';
import { runScript } from './support/script.ts';

const BATCH = 20;

describe('a process that is killed', () => {
  test('in the middle of a transaction leaves nothing half, and its lock goes with it', async () => {
    const { store, path, plain } = await freshStore();
    await insertMany(store, 3);
    const victim = runScript(new URL('./support/hold-lock.ts', import.meta.url), { path });
    expect(await victim.line()).toBe('locked');
    victim.child.kill('SIGKILL');
    await victim.exited();

    await insertMany(store, 1);
    const counts = await store.messages.counts();
    expect([counts.unsent.count, counts.cancelled.count]).toEqual([4, 0]);
    expect(plain.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  });

  test('at any moment loses nothing that was confirmed, and leaves no part of a batch', async () => {
    const path = await freshPath();
    const victim = runScript(new URL('./support/insert-until-killed.ts', import.meta.url), {
      path,
      size: BATCH,
    });
    let confirmed = 0;
    while (confirmed < 10) confirmed = Number(await victim.line());
    victim.child.kill('SIGKILL');
    await victim.exited();

    const store = await openStore(path, { clock: new ManualClock(NOW) });
    const { unsent, sent } = await store.messages.counts();
    expect(sent.count).toBeGreaterThanOrEqual(confirmed * BATCH);
    expect([sent.count % BATCH, unsent.count % BATCH]).toEqual([0, 0]);

    const plain = openPlain(path);
    const ids = plain.prepare(`SELECT id FROM messages WHERE status = 'sent'`).all();
    plain.close();
    expect(ids).toHaveLength(sent.count);
    expect(await store.sentCache.recall(ids.map(({ id }) => String(id)))).toHaveLength(sent.count);
  });
});
