import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MongoClient } from 'mongodb';
import { Pool } from 'pg';
import type { Environment } from './server-process.ts';
import { TemporaryFolder } from './temporary-folder.ts';

/** Where a message stands, read past the server. */
export type StoredStates = Readonly<Record<string, { readonly status: string; readonly attempts: number }>>;

/** A store for server processes, and a look into it that does not go through them. */
export interface TestStore extends AsyncDisposable {
  readonly environment: Environment;
  readonly folder: string;
  storedStates(): Promise<StoredStates>;
  /** Those of which an attempt is on record that nobody knows the outcome of. */
  ambiguousIds(): Promise<ReadonlySet<string>>;
}

export async function sqliteStore(): Promise<TestStore> {
  const folder = await TemporaryFolder.make();
  const path = join(folder.path, 'messages.db');
  return {
    environment: { SQLITE_PATH: path },
    folder: folder.path,
    async storedStates() {
      using database = new DatabaseSync(path, { readOnly: true });
      const rows = database.prepare('select id, status, attempts from messages').all();
      return Object.fromEntries(
        rows.map((row) => [String(row.id), { status: String(row.status), attempts: Number(row.attempts) }]),
      );
    },
    async ambiguousIds() {
      using database = new DatabaseSync(path, { readOnly: true });
      const rows = database
        .prepare(
          "select distinct messages.id from messages, json_each(history) where json_extract(value, '$.outcome') = 'ambiguous'",
        )
        .all();
      return new Set(rows.map(({ id }) => String(id)));
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

export interface MongoTestStore extends TestStore {
  readonly client: MongoClient;
  readonly database: string;
}

/** A database of its own on the server at `uri`, with Redis as the cache. */
export async function mongoStore(uri: string, redisUrl: string): Promise<MongoTestStore> {
  const folder = await TemporaryFolder.make();
  const database = `e2e_${randomBytes(6).toString('hex')}`;
  const client = await MongoClient.connect(uri);
  return {
    client,
    database,
    folder: folder.path,
    environment: { MONGO_URI: uri, MONGO_DATABASE: database, REDIS_URI: redisUrl },
    async storedStates() {
      const documents = await client
        .db(database)
        .collection('messages')
        .find({}, { projection: { status: 1, attempts: 1 } })
        .toArray();
      return Object.fromEntries(
        documents.map(({ _id, status, attempts }) => [String(_id), { status, attempts: attempts ?? 0 }]),
      );
    },
    async ambiguousIds() {
      const documents = await client
        .db(database)
        .collection('messages')
        .find({ 'history.outcome': 'ambiguous' }, { projection: { _id: 1 } })
        .toArray();
      return new Set(documents.map(({ _id }) => String(_id)));
    },
    async [Symbol.asyncDispose]() {
      await client.db(database).dropDatabase();
      await client.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** A schema of its own in the database at `uri`, with the sent cache next to the messages. */
export async function postgresStore(uri: string): Promise<TestStore> {
  const folder = await TemporaryFolder.make();
  const schema = `e2e_${randomBytes(6).toString('hex')}`;
  const pool = new Pool({ connectionString: uri, max: 2 });
  // The server may be killed: the next query connects again.
  pool.on('error', () => undefined);
  return {
    folder: folder.path,
    environment: { POSTGRES_URI: uri, POSTGRES_SCHEMA: schema },
    async storedStates() {
      const { rows } = await pool.query<{ id: string; status: string; attempts: number }>(
        `SELECT id, status, attempts FROM ${schema}.messages`,
      );
      return Object.fromEntries(rows.map(({ id, status, attempts }) => [id, { status, attempts }]));
    },
    async ambiguousIds() {
      const { rows } = await pool.query<{ id: string }>(
        `SELECT id FROM ${schema}.messages WHERE history @> '[{"outcome": "ambiguous"}]'`,
      );
      return new Set(rows.map(({ id }) => id));
    },
    async [Symbol.asyncDispose]() {
      await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      await pool.end();
      await folder[Symbol.asyncDispose]();
    },
  };
}
