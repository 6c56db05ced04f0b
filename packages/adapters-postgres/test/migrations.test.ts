import { StoreRejectedError } from '@messaging-system/core';
import { Pool } from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { PostgresStore, poolDatabase } from '../src/index.ts';
import { prepareSchema } from '../src/migrations.ts';
import { INDEXES, MIGRATIONS, type Migration } from '../src/schema.ts';
import { Session } from '../src/session.ts';
import { claimIds, freshStore, insertMany, openPlain, openStore } from './support/open-store.ts';
import { describeWithPostgres, type PostgresWorld } from './support/services.ts';

const NEXT: Migration = {
  statements: [`ALTER TABLE messaging.messages ADD COLUMN priority integer NOT NULL DEFAULT 0`],
  needs: 1,
};

/** The steps of the next release when it opens the store. */
async function upgrade({ uri }: PostgresWorld, schema: string, step: Migration): Promise<void> {
  const pool = new Pool({ connectionString: uri });
  onTestFinished(() => pool.end());
  await prepareSchema(new Session(poolDatabase(pool), schema), undefined, [...MIGRATIONS, step]);
}

async function validIndexes(plain: Pool, schema: string): Promise<readonly string[]> {
  const { rows } = await plain.query(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
     WHERE c.relnamespace = $1::regnamespace AND i.indisvalid AND c.relname = ANY($2) ORDER BY 1`,
    [schema, Object.keys(INDEXES)],
  );
  return rows.map(({ name }) => name);
}

const ALL = Object.keys(INDEXES).sort();

describeWithPostgres('opening a schema', (world) => {
  test('makes it once, whoever comes at the same time', async () => {
    const { uri, freshName } = world();
    const schema = freshName();
    const stores = await Promise.all(
      Array.from({ length: 8 }, () => openStore({ uri, schema, maxConnections: 1 })),
    );
    for (const store of stores) await insertMany(store, 1);
    const plain = openPlain(uri);
    expect((await plain.query(`SELECT count(*)::integer FROM ${schema}.messages`)).rows).toEqual([
      { count: 8 },
    ]);
    expect((await plain.query(`SELECT version, needs FROM ${schema}.migrations ORDER BY 1`)).rows).toEqual(
      MIGRATIONS.map(({ needs }, index) => ({ version: index + 1, needs })),
    );
    expect(await validIndexes(plain, schema)).toEqual(ALL);
  });

  test('of the next release goes on next to this one, which can also start again', async () => {
    const { store, schema } = await freshStore(world());
    await insertMany(store, 1);
    await upgrade(world(), schema, NEXT);
    await insertMany(store, 1);
    const again = await openStore({ uri: world().uri, schema });
    await insertMany(again, 1);
    expect(await claimIds(again, { limit: 2 })).toHaveLength(2);
    expect(await claimIds(store)).toHaveLength(1);
  });

  test('of the release before metadata has one function to enqueue with afterwards', async () => {
    const { uri, freshName } = world();
    const schema = freshName();
    const pool = openPlain(uri);
    await prepareSchema(new Session(poolDatabase(pool), schema), undefined, MIGRATIONS.slice(0, 1));
    const parameters = 'text, text, text = NULL, timestamptz = NULL, timestamptz = NULL, text = NULL';
    await pool.query(
      `CREATE FUNCTION ${schema}.enqueue(${parameters}) RETURNS text LANGUAGE sql AS $$ SELECT '' $$`,
    );
    await pool.query(
      `INSERT INTO ${schema}.messages (phone_number, content) VALUES ('+905551111111', 'old')`,
    );
    const store = await openStore({ uri, schema });
    await pool.query(`SELECT ${schema}.enqueue('+905551111111', 'new', metadata => '{"order": "17"}')`);
    const listed = await store.messages.list({ limit: 10 });
    const items = listed.kind === 'page' ? listed.items : [];
    expect(items.map(({ content, metadata }) => [content, metadata]).sort()).toEqual([
      ['new', { order: '17' }],
      ['old', undefined],
    ]);
  });

  test('of a release that this one cannot share is refused, and left as it is', async () => {
    const { schema } = await freshStore(world());
    await upgrade(world(), schema, { ...NEXT, needs: MIGRATIONS.length + 1 });
    const opening = PostgresStore.open({ uri: world().uri, schema });
    await expect(opening).rejects.toBeInstanceOf(StoreRejectedError);
    await expect(opening).rejects.toThrow('upgrade this release');
  });

  test('that fails half-way leaves nothing behind', async () => {
    const { uri, freshName } = world();
    const schema = freshName();
    await expect(
      upgrade(world(), schema, { statements: ['CREATE TABLE messaging.half ()', 'SELECT 1/0'], needs: 1 }),
    ).rejects.toThrow();
    const plain = openPlain(uri);
    expect((await plain.query('SELECT to_regnamespace($1) AS found', [schema])).rows).toEqual([
      { found: null },
    ]);
    await openStore({ uri, schema });
  });

  test('builds an index that is missing, tells of it, and rebuilds one that a crash left invalid', async () => {
    const { store, schema, plain } = await freshStore(world());
    await insertMany(store, 100, { idempotencyKey: null });
    await plain.query(`DROP INDEX ${schema}.messages_due`);
    // As a crash leaves it: a concurrent build that found two rows with one key.
    await plain.query(`DROP INDEX ${schema}.messages_idempotency_key`);
    await plain.query(`UPDATE ${schema}.messages SET idempotency_key = 'twice'`);
    await expect(
      plain.query(
        `CREATE UNIQUE INDEX CONCURRENTLY messages_idempotency_key ON ${schema}.messages (idempotency_key)`,
      ),
    ).rejects.toThrow('could not create unique index');
    await plain.query(`UPDATE ${schema}.messages SET idempotency_key = NULL`);
    expect(await validIndexes(plain, schema)).toEqual(
      ALL.filter((name) => name !== 'messages_due' && name !== 'messages_idempotency_key'),
    );

    const onIndexWait = vi.fn();
    const opened = await openStore({ uri: world().uri, schema, onIndexWait });
    expect(onIndexWait).toHaveBeenCalledWith(['messages_due']);
    expect(await validIndexes(plain, schema)).toEqual(ALL);
    await insertMany(opened, 1, { idempotencyKey: 'order-1' });
    expect(await claimIds(opened)).toHaveLength(100);
  });

  test('waits for an index that another process is building', async () => {
    const { schema, plain } = await freshStore(world());
    await plain.query(`DROP INDEX ${schema}.messages_due`);
    // A build waits for transactions that may still write.
    const writer = await plain.connect();
    await writer.query('BEGIN');
    await writer.query(`UPDATE ${schema}.messages SET reason = NULL`);
    const onIndexWait = vi.fn();
    const both = [0, 1].map(() => openStore({ uri: world().uri, schema, onIndexWait }));
    await expect.poll(() => onIndexWait).toHaveBeenCalled();
    await writer.query('COMMIT');
    writer.release();
    await Promise.all(both);
    expect(await validIndexes(plain, schema)).toEqual(ALL);
  });
});
