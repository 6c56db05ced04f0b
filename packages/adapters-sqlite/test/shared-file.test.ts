import { setTimeout as wait } from 'node:timers/promises';
import { aNewMessage, anAck, NOW } from '@messaging-system/contract-tests';
import { SeededRandom } from '@messaging-system/core/in-memory';
import { describe, expect, test, vi } from 'vitest';
import { claimIds, freshStore, insertMany, openStore } from './support/fresh-store.ts';
import { runScript } from './support/script.ts';

describe('another program that writes to the file', () => {
  test('needs to give a phone number and a content, and its messages are delivered in order of arrival', async () => {
    const { store, plain } = await freshStore();
    const put = plain.prepare('INSERT INTO messages (phone_number, content) VALUES (?, ?) RETURNING id');
    const ids = ['one', 'two', 'three'].map((content) => String(put.get('+905551111111', content)?.id));
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{24}$/);

    expect((await store.messages.counts()).unsent).toEqual({ count: 3, exact: true });
    const request = { now: NOW, leasedUntil: NOW + 1, leaseToken: 'token-1', journals: false, limit: 3 };
    const claimed = await store.messages.claimDue(request);
    expect(claimed.map(({ message, foreign }) => [message.content, foreign])).toEqual([
      ['one', true],
      ['two', true],
      ['three', true],
    ]);
  });

  test('may leave every column of ours empty', async () => {
    const { store, plain } = await freshStore();
    plain.exec(
      `INSERT INTO messages (id, phone_number, content, status, lease_journals, in_doubt, attempts, lost_leases, history)
       VALUES ('its-own-id', '+905551111111', 'Hello', 'unsent', NULL, NULL, NULL, NULL, NULL)`,
    );
    expect(await claimIds(store, 'token-1')).toEqual(['its-own-id']);
    expect(await store.messages.beginAttempt('token-1', ['its-own-id'], NOW)).toEqual({
      held: ['its-own-id'],
      stale: [],
    });
    await store.messages.settle('token-1', [anAck('its-own-id')]);
    expect(await store.messages.findById('its-own-id')).toMatchObject({ status: 'sent', attempts: 1 });
  });

  test('is counted, whatever it does', async () => {
    const { store, plain } = await freshStore();
    await insertMany(store, 5);
    plain.exec(`
      INSERT INTO messages (phone_number, content) VALUES ('+1', 'a'), ('+2', 'b');
      UPDATE messages SET status = 'sent' WHERE phone_number = '+1';
      UPDATE messages SET status = status;
      DELETE FROM messages WHERE phone_number = '+2';
    `);
    const { unsent, sent } = await store.messages.counts();
    expect([unsent.count, sent.count]).toEqual([5, 1]);
  });
});

describe('watch', () => {
  test('hears of an insert by another process', async () => {
    const { store, path } = await freshStore();
    const onDue = vi.fn();
    const end = store.messages.watch(onDue);
    const other = runScript(new URL('./support/hold-lock.ts', import.meta.url), { path });
    await other.line();
    other.tell('commit');
    await expect.poll(() => onDue).toHaveBeenCalled();
    await end();
    await other.exited();
  });

  test('hears of a redrive by another instance', async () => {
    const { store, path, plain } = await freshStore();
    await insertMany(store, 1);
    plain.exec(`UPDATE messages SET status = 'failed'`);
    const onDue = vi.fn();
    const end = store.messages.watch(onDue);
    const other = await openStore(path);
    await other.messages.redriveMatching({ status: 'failed' }, NOW, 10);
    await expect.poll(() => onDue).toHaveBeenCalled();
    await end();
  });

  test('says nothing of what makes no message due', async () => {
    const { store, path, plain } = await freshStore();
    await insertMany(store, 2);
    const other = await openStore(path);
    const onDue = vi.fn();
    const end = store.messages.watch(onDue);
    const ids = await claimIds(other, 'token-1');
    await other.messages.settle(
      'token-1',
      ids.map((id) => anAck(id)),
    );
    const { data_version: before } = plain.prepare('PRAGMA data_version').get() ?? {};
    expect(before).toBeGreaterThan(0);
    // Two polls: the commits above are seen by then.
    await wait(450);
    expect(onDue).not.toHaveBeenCalled();
    await end();
  });

  test('calls each watcher by itself, one that watches twice too', async () => {
    const { store } = await freshStore();
    const onDue = vi.fn();
    const ends = [store.messages.watch(onDue), store.messages.watch(onDue)];
    await ends[0]?.();
    await insertMany(store, 1);
    expect(onDue).toHaveBeenCalledTimes(1);
    await ends[1]?.();
    await insertMany(store, 1);
    expect(onDue).toHaveBeenCalledTimes(1);
  });

  test('goes on after a poll that failed', async () => {
    const { store, plain } = await freshStore();
    const onDue = vi.fn();
    const end = store.messages.watch(onDue);
    plain.exec('ALTER TABLE status_counts RENAME TO elsewhere');
    // Two polls fail meanwhile.
    await wait(450);
    expect(onDue).not.toHaveBeenCalled();
    plain.exec('ALTER TABLE elsewhere RENAME TO status_counts');
    plain.exec(`INSERT INTO messages (phone_number, content) VALUES ('+905551111111', 'Hello')`);
    await expect.poll(() => onDue).toHaveBeenCalled();
    await end();
  });

  test('works for a database in memory', async () => {
    const store = await openStore(':memory:');
    const onDue = vi.fn();
    const end = store.messages.watch(onDue);
    await insertMany(store, 1);
    expect(onDue).toHaveBeenCalledTimes(1);
    await end();
  });
});

describe('ids', () => {
  test('are unique across files', async () => {
    const stores = await Promise.all([1, 2, 3].map(() => openStore(':memory:')));
    const ids = (await Promise.all(stores.map((store) => insertMany(store, 200)))).flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(600);
  });

  test('come from the chance that is given', async () => {
    const [one, two] = await Promise.all(
      [1, 2].map(() => openStore(':memory:', { random: new SeededRandom(7) })),
    );
    const result = await one?.messages.insert([aNewMessage()]);
    expect(await two?.messages.insert([aNewMessage()])).toEqual(result);
  });
});
