import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MongoMessageRepository } from '@messaging-system/adapters-mongo';
import { PostgresStore } from '@messaging-system/adapters-postgres';
import { SqliteStore } from '@messaging-system/adapters-sqlite';
import { BSON, MongoClient } from 'mongodb';
import { Pool } from 'pg';
import { expect, inject, onTestFinished, test } from 'vitest';
// For what it declares about `inject`.
import type {} from '../../../../services.setup.ts';
import { liveThrough, recordOf, withoutNulls } from './scenario.ts';

// The records were made before messages had metadata and attempts had responses.

test('SQLite keeps messages without metadata and responses as it did before there were any', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'recorded-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'messages.db');
  const store = await SqliteStore.open({ path });
  onTestFinished(() => store.close());
  const ids = await liveThrough(store.messages);
  const plain = new DatabaseSync(path);
  onTestFinished(() => plain.close());
  const rows = plain.prepare('SELECT * FROM messages ORDER BY seq').all();
  await expect(recordOf(rows.map(withoutNulls), ids)).toMatchFileSnapshot('sqlite-rows.json');
});

const mongoUri = inject('mongoUri');
test.skipIf(mongoUri === null)(
  'MongoDB keeps messages without metadata and responses as it did before there were any',
  async () => {
    const client = await new MongoClient(mongoUri ?? '').connect();
    const db = client.db(`recorded_${crypto.randomUUID().slice(0, 8)}`);
    onTestFinished(async () => {
      await db.dropDatabase();
      await client.close();
    });
    const ids = await liveThrough(await MongoMessageRepository.open({ db, collection: 'messages' }));
    const documents = await db.collection('messages').find().sort({ _id: 1 }).toArray();
    const text = BSON.EJSON.stringify(documents, { relaxed: true });
    await expect(recordOf(JSON.parse(text), ids)).toMatchFileSnapshot('mongo-documents.json');
  },
);

const postgresUrl = inject('postgresUrl');
test.skipIf(postgresUrl === null)(
  'PostgreSQL keeps messages without metadata and responses as it did before there were any',
  async () => {
    const uri = postgresUrl ?? '';
    const schema = `recorded_${crypto.randomUUID().slice(0, 8)}`;
    const store = await PostgresStore.open({ uri, schema });
    const plain = new Pool({ connectionString: uri });
    onTestFinished(async () => {
      await store.close();
      await plain.query(`DROP SCHEMA ${schema} CASCADE`);
      await plain.end();
    });
    const ids = await liveThrough(store.messages);
    const { rows } = await plain.query(`SELECT * FROM ${schema}.messages ORDER BY created_at, id`);
    await expect(recordOf(rows.map(withoutNulls), ids)).toMatchFileSnapshot('postgres-rows.json');
  },
);
