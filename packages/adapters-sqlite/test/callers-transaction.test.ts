import type { DatabaseSync } from 'node:sqlite';
import { aNewMessage } from '@messaging-system/contract-tests';
import { InvalidOptionsError, Messages, StoreRejectedError } from '@messaging-system/core';
import { SystemClock } from '@messaging-system/core/system-clock';
import { describe, expect, test, vi } from 'vitest';
import type { SqliteStore } from '../src/index.ts';
import { freshStore, insertMany, openStore } from './support/fresh-store.ts';
import { openPlain } from './support/probe.ts';

async function freshShop(): Promise<{ store: SqliteStore; shop: DatabaseSync; orders(): number }> {
  const { store, plain: shop } = await freshStore();
  shop.exec('CREATE TABLE orders (number INTEGER PRIMARY KEY)');
  return {
    store,
    shop,
    orders: () => Number(shop.prepare('SELECT count(*) AS count FROM orders').get()?.count),
  };
}

describe("an insert in a caller's transaction", () => {
  test('is stored with what else the transaction stores, and heard of', async () => {
    const { store, shop, orders } = await freshShop();
    const onDue = vi.fn();
    const end = store.messages.watch(onDue);
    const messages = new Messages({
      repository: store.messages.withConnection(shop),
      clock: new SystemClock(),
    });

    shop.exec('BEGIN IMMEDIATE; INSERT INTO orders DEFAULT VALUES');
    const result = await messages.enqueue({
      phoneNumber: '+905551111111',
      content: 'Order 1',
      idempotencyKey: '1',
    });
    expect(result.kind).toBe('stored');
    expect((await store.messages.counts()).unsent.count).toBe(0);
    shop.exec('COMMIT');

    expect([orders(), (await store.messages.counts()).unsent.count]).toEqual([1, 1]);
    await expect.poll(() => onDue).toHaveBeenCalled();
    await end();
  });

  test('is refused without a connection, and nothing is stored outside of the transaction', async () => {
    const { store, shop } = await freshShop();
    shop.exec('BEGIN IMMEDIATE');
    // Without types anything can be given.
    for (const given of [undefined, null, {}, Promise.resolve(shop), './messages.db']) {
      const connect = () => store.messages.withConnection(given as unknown as DatabaseSync);
      expect(connect).toThrow(InvalidOptionsError);
      expect(connect).toThrow('connection must be a DatabaseSync of node:sqlite');
    }
    shop.exec('ROLLBACK');
    expect((await store.messages.counts()).unsent.count).toBe(0);
  });

  test('is gone with a transaction that is rolled back', async () => {
    const { store, shop } = await freshShop();
    shop.exec('BEGIN IMMEDIATE');
    await store.messages.withConnection(shop).insert([aNewMessage()]);
    shop.exec('ROLLBACK');
    expect((await store.messages.counts()).unsent.count).toBe(0);
  });

  test('finds the holder of its idempotency key', async () => {
    const { store, shop } = await freshShop();
    const [message] = await insertMany(store, 1, { idempotencyKey: 'order-1' });
    const repository = store.messages.withConnection(shop);
    shop.exec('BEGIN IMMEDIATE');
    const [same, other] = [{}, { content: 'Another text' }].map((fields) =>
      repository.insert([aNewMessage({ idempotencyKey: 'order-1', ...fields })]),
    );
    shop.exec('COMMIT');
    expect(await same).toMatchObject({ items: [{ kind: 'existing', message: { id: message?.id } }] });
    expect(await other).toMatchObject({ kind: 'conflict', conflicts: [{ index: 0 }] });
    expect((await store.messages.counts()).unsent.count).toBe(1);
  });

  test('that fails undoes its own share alone', async () => {
    const { store, shop, orders } = await freshShop();
    shop.exec('BEGIN IMMEDIATE; INSERT INTO orders DEFAULT VALUES');
    const inserting = store.messages
      .withConnection(shop)
      .insert([aNewMessage(), aNewMessage({ createdAt: 0.5 })]);
    await expect(inserting).rejects.toBeInstanceOf(StoreRejectedError);
    shop.exec('COMMIT');
    expect([orders(), (await store.messages.counts()).unsent.count]).toEqual([1, 0]);
  });

  test('is refused without a transaction, and on another file', async () => {
    const { store, shop } = await freshShop();
    const elsewhere = await freshStore();
    const inMemory = await openStore(':memory:');
    const inserting = store.messages.withConnection(shop).insert([aNewMessage()]);
    await expect(inserting).rejects.toThrow('begin one with BEGIN IMMEDIATE');
    for (const other of [elsewhere.store, inMemory]) {
      const refused = other.messages.withConnection(shop).insert([aNewMessage()]);
      await expect(refused).rejects.toBeInstanceOf(StoreRejectedError);
      await expect(refused).rejects.toThrow('open it on that path');
    }
  });

  test('is refused on a connection that is closed', async () => {
    const { store, path } = await freshStore();
    const closed = openPlain(path);
    closed.close();
    const inserting = store.messages.withConnection(closed).insert([aNewMessage()]);
    await expect(inserting).rejects.toBeInstanceOf(StoreRejectedError);
  });

  test('keeps every other operation of the repository', async () => {
    const { store, shop } = await freshShop();
    const [message] = await insertMany(store, 1);
    expect(await store.messages.withConnection(shop).findById(message?.id ?? '')).toEqual(message);
  });
});
