import { setTimeout as wait } from 'node:timers/promises';
import { aNewMessage } from '@messaging-system/contract-tests';
import { StoreUnavailableError } from '@messaging-system/core';
import { describe, expect, test } from 'vitest';
import { freshStore, insertMany } from './support/fresh-store.ts';
import { runScript } from './support/script.ts';
import { watchTicks } from './support/ticks.ts';

const HOLD_MS = 800;

describe('a lock that another process holds', () => {
  test('makes a write wait and never stops the event loop', async () => {
    const { store, path } = await freshStore();
    const holder = runScript(new URL('./support/hold-lock.ts', import.meta.url), { path });
    expect(await holder.line()).toBe('locked');

    const ticks = watchTicks();
    let isStored = false;
    const inserting = store.messages.insert([aNewMessage()]).then(() => {
      isStored = true;
    });
    await wait(HOLD_MS);
    const count = ticks.stop();
    expect(isStored).toBe(false);
    // Some 150 on an idle machine; a loop that the driver blocked would have ticked once or twice.
    expect(count).toBeGreaterThan(12);

    holder.tell('commit');
    await inserting;
    await holder.exited();
    expect((await store.messages.counts()).unsent.count).toBe(3);
  });

  test('lets reads see what was before', async () => {
    const { store, path } = await freshStore();
    const [message] = await insertMany(store, 1);
    const holder = runScript(new URL('./support/hold-lock.ts', import.meta.url), { path });
    await holder.line();

    expect(await store.messages.findById(message?.id ?? '')).toMatchObject({ status: 'unsent' });
    expect((await store.messages.counts()).unsent.count).toBe(1);

    holder.tell('commit');
    await holder.exited();
    expect(await store.messages.findById(message?.id ?? '')).toMatchObject({ status: 'cancelled' });
  });

  test('ends in StoreUnavailableError after the time that a write may wait, and says how to end it', async () => {
    const { store, plain } = await freshStore({ lockWaitMs: 150 });
    plain.exec('BEGIN IMMEDIATE');

    const faults = await Promise.all(
      [1, 2].map(() =>
        store.messages.insert([aNewMessage()]).then(
          () => 'no fault',
          (fault: unknown) => fault,
        ),
      ),
    );
    for (const fault of faults) {
      expect(fault).toBeInstanceOf(StoreUnavailableError);
      expect(String(fault)).toContain('locked by another connection: end the transaction');
    }

    plain.exec('ROLLBACK');
    await insertMany(store, 1);
    expect((await store.messages.counts()).unsent.count).toBe(1);
  });

  test('gives a write that came during the wait a wait of its own', async () => {
    const { store, plain } = await freshStore({ lockWaitMs: 1_000 });
    plain.exec('BEGIN IMMEDIATE');
    const first = store.messages.insert([aNewMessage()]).catch((fault: unknown) => fault);
    // Half of the wait is what a busy machine has to roll back in.
    await wait(500);
    const second = store.messages.insert([aNewMessage()]);

    expect(await first).toBeInstanceOf(StoreUnavailableError);
    plain.exec('ROLLBACK');
    expect((await second).kind).toBe('inserted');
  });
});
