import { aNewMessage, anAck, NOW } from '@messaging-system/contract-tests';
import { InvalidOptionsError, StoreRejectedError, StoreUnavailableError } from '@messaging-system/core';
import { Pool } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { storeFault } from '../src/errors.ts';
import {
  type PGliteLike,
  PostgresStore,
  pgliteDatabase,
  poolDatabase,
  type SqlDatabase,
} from '../src/index.ts';
import { openCutProxy } from './support/cut-proxy.ts';
import { aClaim, claimIds, freshStore, insertMany, openPlain, openStore } from './support/open-store.ts';
import { describeWithPostgres } from './support/services.ts';

const SECRET = '+905559999999';

function coded(code: string): Error {
  return Object.assign(new Error(`Key (phone_number)=(${SECRET})`), { code });
}

describe('a fault of the driver', () => {
  test.each([
    '57P01',
    '57P02',
    '57P03',
    '25006',
    '53300',
    '40001',
    '40P01',
    '57014',
    '08006',
    'XX000',
    '99999',
  ])('with the code %s may pass', (code) => {
    const fault = storeFault('claimDue', coded(code));
    expect(fault).toBeInstanceOf(StoreUnavailableError);
    expect(String(fault)).toContain(code);
    expect(String(fault)).not.toContain(SECRET);
  });

  test.each([
    '23505',
    '23514',
    '22003',
    '22P02',
    '42501',
    '42P01',
    '28P01',
    '3D000',
    '53100',
    '54000',
    'XX001',
  ])('with the code %s changed nothing, and is not repeated', (code) => {
    const fault = storeFault('settle', coded(code));
    expect(fault).toBeInstanceOf(StoreRejectedError);
    expect(String(fault)).toContain(code);
    expect(String(fault)).not.toContain(SECRET);
  });

  test('without a code of the server may pass; a slip in a program stays what it is', () => {
    expect(storeFault('settle', coded('ECONNREFUSED'))).toBeInstanceOf(StoreUnavailableError);
    expect(storeFault('settle', coded('EPIPE'))).toBeInstanceOf(StoreUnavailableError);
    expect(storeFault('settle', new Error('Connection terminated unexpectedly'))).toBeInstanceOf(
      StoreUnavailableError,
    );
    const slip = new TypeError('x is not a function');
    expect(storeFault('settle', slip)).toBe(slip);
  });
});

describe('options that cannot be used', () => {
  const uri = 'postgres://user:s3cret@127.0.0.1:1/shop';

  test.each([
    ['mysql://user:s3cret@host/shop', 'uri must be postgres://'],
    ['postgres://user:s3/cret@host/shop', 'uri must be postgres://'],
    ['postgres://user:s3cret@one,two/shop?sslmode=require', 'uri'],
    [`${uri}?sslmode=prefer`, 'uri has an sslmode that is not one of'],
    [`${uri}?sslmode=verify-ca`, 'needs sslrootcert'],
    [`${uri}?sslmode=verify-full&sslrootcert=/nowhere/ca.pem`, 'names a certificate that cannot be read'],
  ])('are refused with a reason: %s', async (wrong, reason) => {
    const opening = PostgresStore.open({ uri: wrong });
    await expect(opening).rejects.toThrow(reason);
    await expect(opening).rejects.not.toThrow('s3cret');
  });

  test('are refused and not repeated when they are a text', async () => {
    // Without types anything can be given.
    const opening = PostgresStore.open(uri as unknown as { uri: string });
    await expect(opening).rejects.toBeInstanceOf(InvalidOptionsError);
    await expect(opening).rejects.toThrow('options must be an object');
    await expect(opening).rejects.not.toThrow('s3cret');
  });

  test('are named when nobody knows them, without their values', async () => {
    const options = { connectionString: uri, pool: {} } as unknown as { uri: string };
    const opening = PostgresStore.open(options);
    await expect(opening).rejects.toThrow('unknown options: connectionString, pool; known are uri,');
    await expect(opening).rejects.not.toThrow('s3cret');
  });

  test('are a pool, or a promise, in the place of a database', async () => {
    const must = 'database must be poolDatabase(pool) or pgliteDatabase(pglite)';
    const open = (database: unknown) => PostgresStore.open({ database: database as SqlDatabase });
    const pool = new Pool();
    await expect(open(pool)).rejects.toThrow(must);
    await expect(open(undefined)).rejects.toBeInstanceOf(InvalidOptionsError);
    await expect(open(Promise.resolve(poolDatabase(pool)))).rejects.toThrow(`${must}; did you forget await?`);
  });

  test('name a pool and a PGlite that are something else', () => {
    expect(() => poolDatabase(uri as unknown as Pool)).toThrow('pool must be a Pool of pg');
    const pglite = Promise.resolve() as unknown as PGliteLike;
    expect(() => pgliteDatabase(pglite)).toThrow('pglite must be a PGlite; did you forget await?');
  });

  test('are reported all at once', async () => {
    const opening = PostgresStore.open({
      uri,
      schema: 'Shop',
      sentCacheTtlMs: 0,
      maxConnections: 1.5,
      queryTimeoutMs: -1,
    });
    await expect(opening).rejects.toBeInstanceOf(InvalidOptionsError);
    for (const name of ['schema', 'sentCacheTtlMs', 'maxConnections', 'queryTimeoutMs']) {
      await expect(opening).rejects.toThrow(name);
    }
  });

  test('a server that is not there is unavailable', async () => {
    await expect(PostgresStore.open({ uri })).rejects.toBeInstanceOf(StoreUnavailableError);
  });
});

describeWithPostgres('PostgreSQL', (world) => {
  test('differs from a database that does not exist', async () => {
    const missing = new URL(world().uri);
    missing.pathname = '/nowhere';
    const opening = PostgresStore.open({ uri: missing.href });
    await expect(opening).rejects.toBeInstanceOf(StoreRejectedError);
    await expect(opening).rejects.toThrow('the database does not exist');
  });

  test('refuses what it cannot keep, and keeps what it can: NUL and half a character are replaced', async () => {
    const { store } = await freshStore(world());
    const odd = 'a\0b\ud800c';
    const [message] = await insertMany(store, 1, { content: odd, idempotencyKey: odd });
    expect(message?.content).toBe('a\uFFFDb\uFFFDc');
    const repeated = await store.messages.insert([
      aNewMessage({ content: odd, idempotencyKey: odd, createdAt: NOW }),
    ]);
    expect(repeated).toMatchObject({ items: [{ kind: 'existing' }] });
    const request = aClaim({ limit: 1 });
    const [claimed] = await store.messages.claimDue(request);
    const id = claimed?.message.id ?? '';
    const settled = await store.messages.settle(request.leaseToken, [anAck(id, { webhookMessageId: odd })]);
    expect(settled).toEqual({ held: [id], stale: [] });
    expect(await store.messages.findById('\0')).toBeNull();
    expect(await store.messages.list({ limit: 1, phoneNumber: '\0' })).toMatchObject({ items: [] });
    expect(await store.messages.cancel(['\0', '\ud800'], NOW)).toMatchObject([
      { kind: 'not_found' },
      { kind: 'not_found' },
    ]);
    expect(await store.messages.release('\0', [id])).toEqual({ held: [], stale: [id] });
    await expect(store.messages.insert([aNewMessage({ createdAt: 0.5 })])).rejects.toBeInstanceOf(
      StoreRejectedError,
    );
  });

  test('a user without rights learns what is missing, and needs none to change tables where nothing is left to do', async () => {
    const { schema, plain } = await freshStore(world());
    const role = `role_${schema}`;
    await plain.query(`CREATE ROLE ${role} LOGIN`);
    onTestFinished(() => plain.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`).then(() => undefined));
    const uri = new URL(world().uri);
    uri.username = role;
    const opening = PostgresStore.open({ uri: uri.href, schema });
    await expect(opening).rejects.toBeInstanceOf(StoreRejectedError);
    await plain.query(
      `GRANT USAGE ON SCHEMA ${schema} TO ${role};
       GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role}`,
    );
    const store = await openStore({ uri: uri.href, schema });
    await insertMany(store, 2);
    expect(await claimIds(store)).toHaveLength(2);
    await store.messages.tryWrite();
    await plain.query(`REVOKE UPDATE ON ${schema}.messages FROM ${role}`);
    await expect(store.messages.tryWrite()).rejects.toThrow('the user lacks a right');
  });

  test('an erasure by a user who may not vacuum says that copies remain', async () => {
    const { schema, plain } = await freshStore(world());
    const role = `eraser_${schema}`;
    await plain.query(
      `CREATE ROLE ${role} LOGIN; GRANT USAGE ON SCHEMA ${schema} TO ${role};
       GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role}`,
    );
    onTestFinished(() => plain.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`).then(() => undefined));
    const uri = new URL(world().uri);
    uri.username = role;
    const store = await openStore({ uri: uri.href, schema });
    const [message] = await insertMany(store, 1);
    const erased = await store.messages.erase(message?.phoneNumber ?? '', 10);
    expect(erased).toEqual({ erasedIds: [message?.id], inFlightIds: [], copiesRemain: true });
  });

  test('connections that end while nobody uses them, or in the midst of it, end no process and lose nothing', async () => {
    const { uri, freshName } = world();
    const proxy = await openCutProxy(uri);
    onTestFinished(() => proxy.cut());
    const store = await openStore({ uri: proxy.uri, schema: freshName() });
    await insertMany(store, 200);
    const claimed: string[] = [];
    while (claimed.length < 200) {
      const request = aClaim({ limit: 20 });
      const claiming = store.messages.claimDue(request).then(
        (found) => found.map(({ message }) => message.id),
        (error: unknown) => {
          expect(error).toBeInstanceOf(StoreUnavailableError);
          return [];
        },
      );
      if (claimed.length % 40 === 0) proxy.drop();
      const ids = await claiming;
      claimed.push(...ids);
      // Messages that nobody received come back when their leases end.
      if (ids.length === 0) {
        claimed.push(...(await claimIds(store, { now: request.leasedUntil, leasedUntil: NOW * 2 })));
      }
    }
    expect(new Set(claimed).size).toBe(200);
  });

  test('a pool of the caller is used and left open', async () => {
    const { uri, freshName } = world();
    const pool = new Pool({ connectionString: uri, types: { getTypeParser: () => () => 'not what it was' } });
    onTestFinished(() => pool.end());
    const store = await PostgresStore.open({ database: poolDatabase(pool), schema: freshName() });
    await insertMany(store, 1);
    expect(await claimIds(store)).toHaveLength(1);
    await store.close();
    await store.close();
    expect((await pool.query('SELECT 1')).rows).toHaveLength(1);
  });

  test.each(['off', 'local', 'remote_write'])(
    'writes are durable and read committed whatever the defaults of a database, with synchronous_commit %s',
    async (weak) => {
      const { store: first, schema, plain } = await freshStore(world());
      await first.close();
      const database = new URL(world().uri).pathname.slice(1);
      await plain.query(
        `ALTER DATABASE ${database} SET synchronous_commit = ${weak};
       ALTER DATABASE ${database} SET default_transaction_isolation = 'serializable'`,
      );
      onTestFinished(() => plain.query(`ALTER DATABASE ${database} RESET ALL`).then(() => undefined));
      await plain.query(`
      CREATE TABLE ${schema}.seen (durability text, isolation text);
      CREATE FUNCTION ${schema}.see() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO ${schema}.seen
        SELECT current_setting('synchronous_commit'), current_setting('transaction_isolation');
        RETURN NULL;
      END $$;
      CREATE TRIGGER see AFTER INSERT OR UPDATE OR DELETE ON ${schema}.messages
      FOR EACH STATEMENT EXECUTE FUNCTION ${schema}.see()`);
      const store = await openStore({ uri: world().uri, schema });
      const messages = await insertMany(store, 20, { phoneNumber: SECRET });
      const racing = await Promise.all(Array.from({ length: 5 }, () => claimIds(store, { limit: 4 })));
      expect(new Set(racing.flat()).size).toBe(20);
      await store.messages.cancel([messages[0]?.id ?? ''], NOW);
      const reader = openPlain(world().uri);
      const { rows } = await reader.query(`SELECT DISTINCT durability, isolation FROM ${schema}.seen`);
      expect(rows).toEqual([{ durability: 'on', isolation: 'read committed' }]);
    },
  );
});
