// Runs what docs/cookbook/outbox.md shows.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MongoMessageRepository, mongoClientOptions } from '@messaging-system/adapters-mongo';
import { SqliteStore } from '@messaging-system/adapters-sqlite';
import { Dispatcher, Messages } from '@messaging-system/core';
import type { WebhookSender } from '@messaging-system/core/adapter';
import { SystemClock, SystemRandom } from '@messaging-system/core/system-clock';
import { MongoClient } from 'mongodb';
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import type {} from '../../../services.setup.ts';
import { type Order, placeOrder, placeOrderIn, type Shop } from '../src/outbox.ts';
import { Orders } from '../src/outbox-sqlite.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const clock = new SystemClock();
const phoneNumber = '+905551234567';

async function openShop(uri: string): Promise<Shop> {
  const client = await new MongoClient(uri, mongoClientOptions).connect();
  onTestFinished(() => client.close());
  const db = client.db(`messaging_test_${randomBytes(6).toString('hex')}`);
  onTestFinished(async () => void (await db.dropDatabase()));
  const orders = await db.createCollection<Order>('orders');
  return { client, orders, repository: await MongoMessageRepository.open({ db }), clock };
}

async function standing({ orders, repository }: Shop): Promise<readonly number[]> {
  return [await orders.countDocuments(), (await repository.counts()).unsent.count];
}

const uri = inject('mongoUri');
const title =
  uri === null ? `an order in MongoDB (no MongoDB: ${inject('servicesWhy')})` : 'an order in MongoDB';

describe.skipIf(uri === null)(title, () => {
  const open = (): Promise<Shop> => openShop(uri ?? '');

  test('is stored together with its message', async () => {
    const shop = await open();
    const id = await placeOrder(shop, { _id: '17', phoneNumber });
    expect(await standing(shop)).toEqual([1, 1]);
    expect(await shop.repository.findById(id)).toMatchObject({ content: 'We have your order 17' });
  });

  test('is stored no more than its message when that is refused', async () => {
    const shop = await open();
    const placing = placeOrder(shop, { _id: '17', phoneNumber: 'no number' });
    await expect(placing).rejects.toThrow('must');
    expect(await standing(shop)).toEqual([0, 0]);
  });

  test('is gone with its message when the transaction aborts, and can be placed again', async () => {
    const shop = await open();
    const outOfStock = new Error('out of stock');
    const placing = shop.client.withSession((session) =>
      session.withTransaction(async () => {
        await placeOrderIn(session, shop, { _id: '17', phoneNumber });
        throw outOfStock;
      }),
    );
    await expect(placing).rejects.toBe(outOfStock);
    expect(await standing(shop)).toEqual([0, 0]);
    await placeOrder(shop, { _id: '17', phoneNumber });
    expect(await standing(shop)).toEqual([1, 1]);
  });

  test('is placed once when it is placed ten times at the same moment', async () => {
    const shop = await open();
    const placing = Array.from({ length: 10 }, () => placeOrder(shop, { _id: '17', phoneNumber }));
    expect(new Set(await Promise.all(placing)).size).toBe(1);
    expect(await standing(shop)).toEqual([1, 1]);
  });

  test('is refused when its number stands for another order', async () => {
    const shop = await open();
    await placeOrder(shop, { _id: '17', phoneNumber });
    await expect(placeOrder(shop, { _id: '17', phoneNumber: '+905557654321' })).rejects.toThrow('other data');
    expect(await standing(shop)).toEqual([1, 1]);
  });

  test('wakes the dispatcher of its process when it is committed', async () => {
    const shop = await open();
    const send = vi.fn<WebhookSender['send']>(async () => ({ kind: 'accepted' }));
    const dispatcher = new Dispatcher(
      { repository: shop.repository, sender: { timeoutMs: 15_000, send }, clock, random: new SystemRandom() },
      { drain: true, intervalMs: 3_600_000 },
    );
    dispatcher.start();
    await expect.poll(() => dispatcher.status().lastClaimAt).not.toBeNull();
    await placeOrder(shop, { _id: '17', phoneNumber });
    await expect.poll(() => send).toHaveBeenCalledOnce();
    dispatcher.stop();
    await dispatcher.whenStopped();
  });
});

const WRITER = `
  import { DatabaseSync } from 'node:sqlite';
  const db = new DatabaseSync(process.argv[1]);
  db.exec('BEGIN IMMEDIATE; CREATE TABLE visits (at INTEGER)');
  process.stdout.write('writing');
  setTimeout(() => {
    db.exec('COMMIT');
    db.close();
  }, 500);
`;

/** Another process that has begun to write to the file when this resolves. */
async function startWriter(path: string): Promise<{ readonly ended: Promise<readonly unknown[]> }> {
  const writer = spawn(process.execPath, ['--input-type=module', '--eval', WRITER, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void writer.kill('SIGKILL'));
  const ended = once(writer, 'exit');
  await once(writer.stdout, 'data');
  return { ended };
}

describe('an order in SQLite', () => {
  async function openOrders(schema = '') {
    const path = join(await temporaryFolder(), 'shop.db');
    const store = await SqliteStore.open({ path });
    onTestFinished(() => store.close());
    const shop = new DatabaseSync(path);
    onTestFinished(() => shop.close());
    shop.exec(schema);
    const orders = new Orders(shop, store, clock);
    const messages = new Messages({ repository: store.messages, clock });
    const counts = async (): Promise<readonly unknown[]> => [
      shop.prepare('SELECT count(*) AS count FROM orders').get()?.count,
      (await messages.counts()).unsent.count,
    ];
    return { orders, counts, path };
  }

  test('is stored together with its message, once, however many place it', async () => {
    const { orders, counts } = await openOrders();
    const placing = Array.from({ length: 10 }, () => orders.place({ number: '17', phoneNumber }));
    expect(new Set(await Promise.all(placing)).size).toBe(1);
    expect(await counts()).toEqual([1, 1]);
  });

  test('is stored no more than its message when that is refused, and the next one is stored', async () => {
    const { orders, counts } = await openOrders();
    const refused = orders.place({ number: '17', phoneNumber: 'no number' });
    const next = orders.place({ number: '18', phoneNumber });
    await expect(refused).rejects.toThrow('must');
    await next;
    expect(await counts()).toEqual([1, 1]);
  });

  test('waits for another process that writes', async () => {
    const { orders, counts, path } = await openOrders();
    const writer = await startWriter(path);
    await orders.place({ number: '17', phoneNumber });
    expect(await writer.ended).toEqual([0, null]);
    expect(await counts()).toEqual([1, 1]);
  });

  test('is gone with its message when the commit is refused', async () => {
    const { orders, counts } = await openOrders(`
      CREATE TABLE customers (phone_number TEXT PRIMARY KEY);
      CREATE TABLE orders (
        number TEXT PRIMARY KEY,
        phone_number TEXT REFERENCES customers DEFERRABLE INITIALLY DEFERRED
      );
    `);
    await expect(orders.place({ number: '17', phoneNumber })).rejects.toThrow('FOREIGN KEY');
    expect(await counts()).toEqual([0, 0]);
  });
});
