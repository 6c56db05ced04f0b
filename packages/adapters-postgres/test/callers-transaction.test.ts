import { aNewMessage, NOW } from '@messaging-system/contract-tests';
import {
  InvalidOptionsError,
  Messages,
  StoreRejectedError,
  StoreUnavailableError,
} from '@messaging-system/core';
import { SystemClock } from '@messaging-system/core/system-clock';
import { Pool, type PoolClient } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { PostgresStore, poolDatabase } from '../src/index.ts';
import { claimIds, freshStore, insertMany, openPlain } from './support/open-store.ts';
import { describeWithPostgres, type PostgresWorld } from './support/services.ts';

interface Shop {
  readonly store: PostgresStore;
  /** The caller's own connection. */
  readonly client: PoolClient;
  orders(): Promise<number>;
  unsent(): Promise<number>;
}

async function openShop(world: PostgresWorld): Promise<Shop> {
  const { store, schema, plain } = await freshStore(world);
  const client = await plain.connect();
  onTestFinished(() => client.release());
  await client.query(`CREATE TABLE ${schema}.orders (number serial PRIMARY KEY)`);
  await client.query(`SET search_path TO ${schema}`);
  return {
    store,
    client,
    orders: async () => Number((await plain.query(`SELECT count(*) FROM ${schema}.orders`)).rows[0].count),
    unsent: async () => (await store.messages.counts()).unsent.count,
  };
}

describeWithPostgres("an insert in a caller's transaction", (world) => {
  test('is there when the transaction commits, and not before', async () => {
    const { store, client, orders, unsent } = await openShop(world());
    const messages = new Messages({
      repository: store.messages.withConnection(client),
      clock: new SystemClock(),
    });
    await client.query('BEGIN');
    await client.query('INSERT INTO orders DEFAULT VALUES');
    const request = { phoneNumber: '+905551111111', content: 'Order 1', idempotencyKey: '1' };
    expect((await messages.enqueue(request)).kind).toBe('stored');
    expect(await unsent()).toBe(0);
    await client.query('COMMIT');
    expect([await orders(), await unsent()]).toEqual([1, 1]);
    expect(await claimIds(store, { now: Date.now() })).toHaveLength(1);
  });

  test('is gone with a transaction that is rolled back', async () => {
    const { store, client, unsent } = await openShop(world());
    await client.query('BEGIN');
    await store.messages.withConnection(client).insert([aNewMessage(), aNewMessage()]);
    await client.query('ROLLBACK');
    expect(await unsent()).toBe(0);
  });

  test('is refused without a connection, and nothing is stored outside of the transaction', async () => {
    const { store, client, unsent } = await openShop(world());
    await client.query('BEGIN');
    // Without types anything can be given: a variable that was never set, a connect() that nobody waited for.
    for (const given of [undefined, null, {}, Promise.resolve(client)]) {
      const connect = () => store.messages.withConnection(given as unknown as PoolClient);
      expect(connect).toThrow(InvalidOptionsError);
      expect(connect).toThrow('connection must have query(text, values)');
    }
    await client.query('ROLLBACK');
    expect(await unsent()).toBe(0);
  });

  test('is refused on a pool, whose queries run on any connection', async () => {
    const { store } = await openShop(world());
    const pool = new Pool({ connectionString: world().uri });
    onTestFinished(() => pool.end());
    const connect = () => store.messages.withConnection(pool);
    expect(connect).toThrow(InvalidOptionsError);
    expect(connect).toThrow('pass one that it has given, `await pool.connect()`');
  });

  test('rejects when its connection breaks between two statements, and ends no process', async () => {
    const pool = new Pool({ connectionString: world().uri });
    onTestFinished(() => pool.end());
    // It has connected before the store knows the pool.
    await pool.query('SELECT 1');
    const store = await PostgresStore.open({ database: poolDatabase(pool), schema: world().freshName() });
    onTestFinished(() => store.close());
    const client = await pool.connect();
    await client.query('BEGIN');
    const { rows } = await client.query<{ readonly pid: number }>('SELECT pg_backend_pid() AS pid');
    // Not `once`, which listens to `error` as well: that event must have a listener without it.
    const ended = new Promise<void>((resolve) => client.on('end', () => resolve()));
    await pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await ended;
    const inserting = store.messages.withConnection(client).insert([aNewMessage()]);
    await expect(inserting).rejects.toBeInstanceOf(StoreUnavailableError);
    client.release(true);
    expect((await store.messages.counts()).unsent.count).toBe(0);
  });

  test('finds the holder of its idempotency key, and a conflict undoes its own share alone', async () => {
    const { store, client, orders, unsent } = await openShop(world());
    const [message] = await insertMany(store, 1, { idempotencyKey: 'order-1' });
    const repository = store.messages.withConnection(client);
    await client.query('BEGIN');
    await client.query('INSERT INTO orders DEFAULT VALUES');
    const same = await repository.insert([aNewMessage({ idempotencyKey: 'order-1' })]);
    const other = await repository.insert([
      aNewMessage({ content: 'beside' }),
      aNewMessage({ idempotencyKey: 'order-1', content: 'Another text' }),
    ]);
    await client.query('COMMIT');
    expect(same).toMatchObject({ items: [{ kind: 'existing', message: { id: message?.id } }] });
    expect(other).toMatchObject({
      kind: 'conflict',
      conflicts: [{ index: 1, message: { id: message?.id } }],
    });
    expect([await orders(), await unsent()]).toEqual([1, 1]);
  });

  test('that fails undoes its own share alone, and the transaction goes on', async () => {
    const { store, client, orders, unsent } = await openShop(world());
    await client.query('BEGIN');
    await client.query('INSERT INTO orders DEFAULT VALUES');
    const repository = store.messages.withConnection(client);
    const inserting = repository.insert([aNewMessage(), aNewMessage({ createdAt: 0.5 })]);
    await expect(inserting).rejects.toBeInstanceOf(StoreRejectedError);
    await client.query('COMMIT');
    expect([await orders(), await unsent()]).toEqual([1, 0]);
  });

  test('is refused without a transaction, and says what to do', async () => {
    const { store, client } = await openShop(world());
    const inserting = store.messages.withConnection(client).insert([aNewMessage()]);
    await expect(inserting).rejects.toBeInstanceOf(StoreRejectedError);
    await expect(inserting).rejects.toThrow('begin one on this connection, and commit it after the insert');
  });

  test('asks for the transaction to be run again by the error of the driver', async () => {
    const { store, client } = await openShop(world());
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await client.query('SELECT count(*) FROM orders');
    await insertMany(store, 1, { idempotencyKey: 'order-1' });
    const inserting = store.messages
      .withConnection(client)
      .insert([aNewMessage({ idempotencyKey: 'order-1' })]);
    await expect(inserting).rejects.toMatchObject({ code: '40001' });
    await client.query('ROLLBACK');
  });

  test('waits for another transaction with the same key, and takes its message if it commits', async () => {
    const { store, client, unsent } = await openShop(world());
    await client.query('BEGIN');
    await store.messages.withConnection(client).insert([aNewMessage({ idempotencyKey: 'order-1' })]);
    const waiting = store.messages.insert([aNewMessage({ idempotencyKey: 'order-1' })]);
    await client.query('COMMIT');
    expect(await waiting).toMatchObject({ kind: 'inserted', items: [{ kind: 'existing' }] });
    expect(await unsent()).toBe(1);
  });

  test('keeps every other operation of the repository', async () => {
    const { store, client } = await openShop(world());
    const [message] = await insertMany(store, 1);
    expect(await store.messages.withConnection(client).findById(message?.id ?? '')).toEqual(message);
  });
});

describeWithPostgres('the SQL function enqueue', (world) => {
  async function openSql() {
    const { store, schema, plain } = await freshStore(world());
    const enqueue = async (named: string, ...values: unknown[]): Promise<string> =>
      (await plain.query(`SELECT ${schema}.enqueue(${named}) AS id`, values)).rows[0].id;
    return { store, schema, plain, enqueue };
  }

  test('stores a row that is in all the same as one of ours', async () => {
    const { store, schema, plain, enqueue } = await openSql();
    const sendAt = Date.UTC(2090, 0, 1);
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const id = await enqueue(
      `'+905551111111', 'Hello', 'order-1', $1::timestamptz, $2::timestamptz, $3`,
      new Date(sendAt),
      new Date(sendAt + 60_000),
      traceparent,
    );
    const found = await store.messages.findById(id);
    const ours = await store.messages.insert([
      {
        phoneNumber: '+905551111111',
        content: 'Hello',
        idempotencyKey: 'order-2',
        sendAt,
        expiresAt: sendAt + 60_000,
        createdAt: found?.createdAt ?? 0,
        traceparent,
      },
    ]);
    expect(ours.kind).toBe('inserted');
    const { rows } = await plain.query(
      `SELECT to_jsonb(m) - 'id' - 'idempotency_key' AS row FROM ${schema}.messages m`,
    );
    expect(rows).toHaveLength(2);
    expect(rows[0]).toEqual(rows[1]);
    expect(id).toMatch(/^[0-9a-f]{24}$/);
  });

  test('stores metadata as a message of ours has it, and none where it is empty', async () => {
    const { store, enqueue } = await openSql();
    const metadata = { order: '17', shop: 'çarşı "1"' };
    const id = await enqueue(`'+905551111111', 'Hello', 'order-1', metadata => $1`, JSON.stringify(metadata));
    expect((await store.messages.findById(id))?.metadata).toEqual(metadata);
    const asked = aNewMessage({ phoneNumber: '+905551111111', content: 'Hello', idempotencyKey: 'order-1' });
    expect(await store.messages.insert([{ ...asked, metadata }])).toMatchObject({
      items: [{ kind: 'existing', message: { id } }],
    });
    const again = `'+905551111111', 'Hello', 'order-1'`;
    expect(await enqueue(`${again}, metadata => $1`, { shop: metadata.shop, order: '17' })).toBe(id);
    for (const other of ['', `, metadata => '{}'`, `, metadata => '{"order": "17"}'`]) {
      await expect(enqueue(again + other)).rejects.toMatchObject({ code: '23505' });
    }
    const none = await enqueue(`'+905551111111', 'Hello', 'order-2', metadata => '{}'`);
    expect(await store.messages.findById(none)).not.toHaveProperty('metadata');
    expect(await enqueue(`'+905551111111', 'Hello', 'order-2'`)).toBe(none);
  });

  test('gives the id of the message that has the key, and refuses another request', async () => {
    const { store, enqueue } = await openSql();
    const id = await enqueue(`'+905551111111', 'Hello', 'order-1'`);
    expect(await enqueue(`'+905551111111', 'Hello', 'order-1'`)).toBe(id);
    await expect(enqueue(`'+905551111111', 'Bye', 'order-1'`)).rejects.toMatchObject({ code: '23505' });
    const again = await store.messages.insert([
      aNewMessage({ phoneNumber: '+905551111111', content: 'Hello', idempotencyKey: 'order-1' }),
    ]);
    expect(again).toMatchObject({ kind: 'inserted', items: [{ kind: 'existing', message: { id } }] });
    expect((await store.messages.counts()).unsent.count).toBe(1);
  });

  test.each([
    [`'05551111111', 'Hello'`, 'phone_number'],
    [`NULL, 'Hello'`, 'phone_number'],
    [`'+905551111111', ''`, 'content'],
    [`'+905551111111', NULL`, 'content'],
    [`'+905551111111', repeat('x', 501)`, 'content'],
    [`'+905551111111', 'Hello', ''`, 'idempotency_key'],
    [`'+905551111111', 'Hello', repeat('k', 256)`, 'idempotency_key'],
    [`'+905551111111', 'Hello', NULL, '1999-01-01'`, 'send_at'],
    [`'+905551111111', 'Hello', NULL, NULL, now() - interval '1 hour'`, 'expires_at'],
    [`'+905551111111', 'Hello', NULL, '2090-01-02', '2090-01-01'`, 'expires_at'],
    [`'+905551111111', 'Hello', metadata => '["order"]'`, 'metadata'],
    [`'+905551111111', 'Hello', metadata => 'null'`, 'metadata'],
    [`'+905551111111', 'Hello', metadata => '{"order": 17}'`, 'values of metadata must be texts'],
    [`'+905551111111', 'Hello', metadata => '{"order.id": "17"}'`, 'metadata'],
    [`'+905551111111', 'Hello', metadata => jsonb_build_object('a', repeat('x', 257))`, 'metadata'],
    [
      `'+905551111111', 'Hello', metadata => (SELECT jsonb_object_agg(n::text, '') FROM generate_series(1, 17) AS n)`,
      'metadata',
    ],
  ])('refuses (%s)', async (values, field) => {
    const { enqueue } = await openSql();
    await expect(enqueue(values)).rejects.toMatchObject({
      code: '23514',
      message: expect.stringContaining(field),
    });
  });

  test('takes part in the transaction that calls it, also from a trigger', async () => {
    const { store, schema, plain } = await openSql();
    await plain.query(`
      CREATE TABLE ${schema}.orders (number serial PRIMARY KEY, phone text);
      CREATE FUNCTION ${schema}.told() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM ${schema}.enqueue(NEW.phone, 'We have order ' || NEW.number, 'order-' || NEW.number);
        RETURN NEW;
      END $$;
      CREATE TRIGGER told AFTER INSERT ON ${schema}.orders FOR EACH ROW EXECUTE FUNCTION ${schema}.told()`);
    const client = openPlain(world().uri, 1);
    await client.query(`BEGIN; INSERT INTO ${schema}.orders (phone) VALUES ('+905551111111'); ROLLBACK`);
    await client.query(`INSERT INTO ${schema}.orders (phone) VALUES ('+905551111111')`);
    const listed = await store.messages.list({ limit: 10 });
    expect(listed).toMatchObject({ items: [{ content: 'We have order 2', idempotencyKey: 'order-2' }] });
  });

  test('is not needed where two columns are enough: the table has defaults for all others', async () => {
    const { store, schema, plain } = await openSql();
    await plain.query(
      `INSERT INTO ${schema}.messages (phone_number, content) VALUES ('+905551111111', 'Hello')`,
    );
    const [id = ''] = await claimIds(store, { now: Date.now() + NOW });
    expect(await store.messages.findById(id)).toMatchObject({ content: 'Hello', lostLeases: 0, history: [] });
  });
});
