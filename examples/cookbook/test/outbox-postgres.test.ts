// Runs what docs/cookbook/outbox-postgres.md shows.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { PostgresStore } from '@messaging-system/adapters-postgres';
import { SystemClock } from '@messaging-system/core/system-clock';
import { PrismaPg } from '@prisma/adapter-pg';
import { drizzle } from 'drizzle-orm/node-postgres';
import { Kysely, PostgresDialect } from 'kysely';
import { Client, Pool } from 'pg';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import type {} from '../../../services.setup.ts';
import { PrismaClient } from '../prisma/generated/client.ts';
import type { Order, Outbox } from '../src/outbox-postgres/confirmation.ts';
import { placeOrder as placeByDrizzle } from '../src/outbox-postgres/drizzle.ts';
import { placeOrder as placeByKysely, type Shop } from '../src/outbox-postgres/kysely.ts';
import { placeOrder as placeByPg } from '../src/outbox-postgres/pg.ts';
import { placeOrder as placeByPrisma } from '../src/outbox-postgres/prisma.ts';
import { type AppProcess, startApp } from './support/app-process.ts';
import { HeldReceiver } from './support/held-receiver.ts';

const EXPRESS = 'src/outbox-postgres/main.ts';
const phoneNumber = '+905551234567';
const server = inject('postgresUrl');
const title = (text: string): string =>
  server === null ? `${text} [SKIPPED: ${inject('servicesWhy')}]` : text;

interface World {
  readonly uri: string;
  readonly pool: Pool;
  readonly outbox: Outbox;
  /** How many orders and unsent messages there are. */
  standing(): Promise<readonly number[]>;
}

/** A database of its own, gone when the test is over. */
async function openWorld(): Promise<World> {
  const database = `messaging_test_${randomBytes(6).toString('hex')}`;
  const admin = new Client(server ?? '');
  await admin.connect();
  await admin.query(`CREATE DATABASE ${database}`);
  onTestFinished(async () => {
    // Connections may take a moment to end.
    await expect.poll(() => admin.query(`DROP DATABASE ${database}`)).toBeDefined();
    await admin.end();
  });
  const address = new URL(server ?? '');
  address.pathname = `/${database}`;
  const uri = address.href;
  const store = await PostgresStore.open({ uri });
  onTestFinished(() => store.close());
  const pool = new Pool({ connectionString: uri });
  onTestFinished(() => pool.end());
  await pool.query('CREATE TABLE orders (number text PRIMARY KEY, phone_number text NOT NULL)');
  return {
    uri,
    pool,
    outbox: { repository: store.messages, clock: new SystemClock() },
    async standing() {
      const { rows } = await pool.query('SELECT count(*)::integer AS count FROM orders');
      return [rows[0].count, (await store.messages.counts()).unsent.count];
    },
  };
}

type Place = (order: Order) => Promise<string>;

const RECIPES: Readonly<Record<string, (world: World) => Place>> = {
  pg:
    ({ pool, outbox }) =>
    (order) =>
      placeByPg(pool, outbox, order),
  Drizzle: ({ pool, outbox }) => {
    const database = drizzle({ client: pool });
    return (order) => placeByDrizzle(database, outbox, order);
  },
  Kysely: ({ pool, outbox }) => {
    const database = new Kysely<Shop>({ dialect: new PostgresDialect({ pool }) });
    return (order) => placeByKysely(database, outbox, order);
  },
  Prisma: ({ uri, outbox }) => {
    const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: uri }) });
    onTestFinished(() => prisma.$disconnect());
    return (order) => placeByPrisma(prisma, outbox, order);
  },
};

describe.skipIf(server === null).each(Object.entries(RECIPES))(
  title('an order in PostgreSQL, by %s,'),
  (_name, recipe) => {
    async function open(): Promise<World & { readonly place: Place }> {
      const world = await openWorld();
      return { ...world, place: recipe(world) };
    }

    test('is stored together with its message', async () => {
      const { place, outbox, standing } = await open();
      const id = await place({ number: '17', phoneNumber });
      expect(await standing()).toEqual([1, 1]);
      const content = 'We have your order 17';
      expect(await outbox.repository.findById(id)).toMatchObject({ phoneNumber, content });
    });

    test('is stored no more than its message when that is refused, and the next one is stored', async () => {
      const { place, standing } = await open();
      await expect(place({ number: '17', phoneNumber: 'no number' })).rejects.toThrow('must');
      expect(await standing()).toEqual([0, 0]);
      await place({ number: '17', phoneNumber });
      expect(await standing()).toEqual([1, 1]);
    });

    test('is placed once when it is placed ten times at the same moment', async () => {
      const { place, standing } = await open();
      const placing = Array.from({ length: 10 }, () => place({ number: '17', phoneNumber }));
      expect(new Set(await Promise.all(placing)).size).toBe(1);
      expect(await standing()).toEqual([1, 1]);
    });

    test('is refused when its number stands for another order', async () => {
      const { place, standing } = await open();
      await place({ number: '17', phoneNumber });
      await expect(place({ number: '17', phoneNumber: '+905557654321' })).rejects.toThrow('other data');
      expect(await standing()).toEqual([1, 1]);
    });

    test('is gone with its message when the commit is refused', async () => {
      const { place, pool, standing } = await open();
      await pool.query(`
      CREATE TABLE customers (phone_number text PRIMARY KEY);
      ALTER TABLE orders ADD FOREIGN KEY (phone_number) REFERENCES customers DEFERRABLE INITIALLY DEFERRED`);
      await expect(place({ number: '17', phoneNumber })).rejects.toThrow();
      expect(await standing()).toEqual([0, 0]);
    });
  },
);

describe.skipIf(server === null)(title('the Express app on PostgreSQL'), { timeout: 60_000 }, () => {
  const post = (app: AppProcess, number: string, body: object): Promise<Response> =>
    fetch(`${app.url}/orders/${number}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  test('delivers the message of an order once, and stores neither for an order that it refuses', async () => {
    const { uri, standing } = await openWorld();
    await using receiver = await HeldReceiver.start();
    const app = await startApp(EXPRESS, { DATABASE_URL: uri, WEBHOOK_URL: receiver.url });
    const answers = [await post(app, '17', { phoneNumber }), await post(app, '17', { phoneNumber })];
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect((await post(app, '17', { phoneNumber: '+905557654321' })).status).toBe(409);
    expect((await post(app, '18', {})).status).toBe(400);
    await expect.poll(() => receiver.bodies).toHaveLength(1);
    app.terminate();
    expect((await app.ended).exit).toEqual([0, null]);
    expect(receiver.bodies.map((body) => JSON.parse(body))).toEqual([
      { to: phoneNumber, content: 'We have your order 17' },
    ]);
    expect(await standing()).toEqual([1, 0]);
  });

  test('ends, and leaves nothing open, when its port is taken', async () => {
    const { uri } = await openWorld();
    await using receiver = await HeldReceiver.start();
    const { port } = new URL(receiver.url);
    const starting = startApp(EXPRESS, { DATABASE_URL: uri, WEBHOOK_URL: receiver.url, PORT: port });
    await expect(starting).rejects.toThrow('EADDRINUSE');
  });
});

const [enqueue = '', trigger = ''] = [
  ...readFileSync(new URL('../../../docs/cookbook/outbox-postgres.md', import.meta.url), 'utf8').matchAll(
    /```sql\n(.*?)```/gs,
  ),
].map(([, sql]) => sql);

describe.skipIf(server === null)(title('an order in PostgreSQL, by SQL,'), () => {
  test('is stored together with its message, once, and gone with it when it is rolled back', async () => {
    const { pool, outbox, standing } = await openWorld();
    for (let time = 0; time < 2; time += 1) await pool.query(enqueue);
    expect(await standing()).toEqual([1, 1]);
    const stored = { content: 'We have your order 17', idempotencyKey: 'order-17-confirmed' };
    expect(await outbox.repository.list({ limit: 1 })).toMatchObject({ items: [stored] });
    await pool.query(enqueue.replaceAll('17', '18').replace('COMMIT', 'ROLLBACK'));
    expect(await standing()).toEqual([1, 1]);
    await expect(pool.query(enqueue.replace('your order', 'another order'))).rejects.toMatchObject({
      code: '23505',
    });
  });

  test('has its message from a trigger', async () => {
    const { pool, standing } = await openWorld();
    await pool.query(trigger);
    const insert = 'INSERT INTO orders (number, phone_number) VALUES ($1, $2)';
    await pool.query(insert, ['17', phoneNumber]);
    expect(await standing()).toEqual([1, 1]);
    await expect(pool.query(insert, ['18', 'no number'])).rejects.toMatchObject({ code: '23514' });
    expect(await standing()).toEqual([1, 1]);
  });
});
