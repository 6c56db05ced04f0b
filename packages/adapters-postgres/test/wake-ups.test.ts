import { aDeadLetter, aNewMessage, NOW } from '@messaging-system/contract-tests';
import { Pool } from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { PostgresStore, poolDatabase } from '../src/index.ts';
import { openCutProxy } from './support/cut-proxy.ts';
import {
  aClaim,
  freshStore,
  insertMany,
  openPlain,
  openStore,
  wakeUpsAfterInsert,
} from './support/open-store.ts';
import { describeWithPostgres } from './support/services.ts';

const POLLS = expect.stringContaining('found by polling alone');

describeWithPostgres('a watcher', (world) => {
  test('hears of what another instance inserts and redrives', async () => {
    const { store: one, schema } = await freshStore(world());
    const other = await openStore({ uri: world().uri, schema });
    const onDue = vi.fn();
    const end = one.messages.watch(onDue);
    await expect.poll(wakeUpsAfterInsert(other, onDue)).toBeGreaterThan(1);

    const request = aClaim();
    const claimed = await other.messages.claimDue(request);
    await other.messages.settle(
      request.leaseToken,
      claimed.map(({ message }) => aDeadLetter(message.id)),
    );
    onDue.mockClear();
    await other.messages.redriveMatching({ status: 'failed' }, NOW + 1_000, 1);
    await expect.poll(() => onDue).toHaveBeenCalled();
    await end();
  });

  test('hears again after its connection was lost', async () => {
    const { uri, freshName } = world();
    const schema = freshName();
    const proxy = await openCutProxy(uri);
    onTestFinished(() => proxy.cut());
    const onWarning = vi.fn();
    const one = await openStore({ uri, listenUri: proxy.uri, schema, onWarning });
    const other = await openStore({ uri, schema });
    const onDue = vi.fn();
    const end = one.messages.watch(onDue);
    const plain = openPlain(uri);
    const listener = async (): Promise<unknown> => {
      const { rows } = await plain.query('SELECT pid FROM pg_stat_activity WHERE query LIKE $1', [
        `LISTEN%${schema}%`,
      ]);
      return rows.at(-1)?.pid;
    };
    await expect.poll(listener).toBeDefined();
    const before = await listener();
    proxy.drop();
    await expect.poll(listener).not.toBeOneOf([before, undefined]);
    onDue.mockClear();
    await expect.poll(wakeUpsAfterInsert(other, onDue)).toBeGreaterThan(1);
    expect(onWarning).not.toHaveBeenCalledWith(POLLS);
    await end();
  });

  test('warns once when no notification arrives, as behind some poolers, and hears of its own', async () => {
    const { uri, freshName } = world();
    const pool = new Pool({ connectionString: uri });
    onTestFinished(() => pool.end());
    const onWarning = vi.fn();
    const store = await PostgresStore.open({
      // LISTEN is taken, and nothing comes of it.
      database: Object.assign(poolDatabase(pool), { listen: async () => async () => undefined }),
      schema: freshName(),
      onWarning,
    });
    onTestFinished(() => store.close());
    const onDue = vi.fn();
    const end = store.messages.watch(onDue);
    await insertMany(store, 1);
    await expect.poll(() => onDue).toHaveBeenCalled();
    await expect.poll(() => onWarning).toHaveBeenCalledWith(POLLS);
    expect(onWarning.mock.calls.filter(([text]) => text.includes('listenUri'))).toHaveLength(1);
    await end();
  });

  test('costs at most one notification in 50 ms, whatever is inserted', async () => {
    const { store, schema, plain } = await freshStore(world());
    const client = await plain.connect();
    onTestFinished(() => client.release());
    let heard = 0;
    client.on('notification', () => {
      heard += 1;
    });
    await client.query(`LISTEN ${schema}_due`);
    const began = performance.now();
    for (let n = 0; n < 100; n += 1) await insertMany(store, 1);
    await expect.poll(() => heard).toBeGreaterThan(0);
    await client.query('SELECT 1');
    expect(heard).toBeLessThanOrEqual(Math.ceil((performance.now() - began) / 50) + 1);
  });

  test("hears nothing of an insert in a caller's transaction, which pays for no notification", async () => {
    const { store, schema, plain } = await freshStore(world());
    const listener = await plain.connect();
    onTestFinished(() => listener.release());
    const heard = vi.fn();
    listener.on('notification', heard);
    await listener.query(`LISTEN ${schema}_due`);
    const client = await openPlain(world().uri).connect();
    onTestFinished(() => client.release());
    await client.query('BEGIN');
    await store.messages.withConnection(client).insert([aNewMessage()]);
    await client.query('COMMIT');
    // Earlier notifications are there before the answer to a query.
    await listener.query('SELECT 1');
    expect(heard).not.toHaveBeenCalled();
  });
});
