import { Redis } from 'ioredis';
import { type Document, ObjectId } from 'mongodb';
import { describe, expect, inject, test } from 'vitest';
import { CountingReceiver } from '../support/counting-receiver.ts';
import { DRAINING } from '../support/fill.ts';
import { ServerProcess } from '../support/server-process.ts';
import { mongoStore } from '../support/stores.ts';
import { until } from '../support/until.ts';

const DOCUMENTS = 1_000;
const DAY_SECONDS = 86_400;

const mongoUri = inject('mongoUri');
const redisUrl = inject('redisUrl');
const why = inject('servicesWhy');

/** As the Go service's driver writes an unsent one: with and without its zero values. */
function goDocument(n: number): Document {
  const bare = {
    _id: new ObjectId(),
    phoneNumber: `+90555${String(n).padStart(7, '0')}`,
    content: `message ${n}`,
    status: 'unsent',
  };
  return n % 2 === 0 ? bare : { ...bare, webhookMessageId: '', sentAt: new Date('0001-01-01T00:00:00Z') };
}

describe.skipIf(mongoUri === null || redisUrl === null)(
  mongoUri === null || redisUrl === null
    ? `documents of the Go service [SKIPPED: ${why}]`
    : 'documents of the Go service',
  () => {
    test(`${DOCUMENTS} are delivered once, marked, and found in Redis`, { timeout: 120_000 }, async () => {
      await using store = await mongoStore(mongoUri ?? '', redisUrl ?? '');
      await using receiver = await CountingReceiver.start();
      const redis = new Redis(redisUrl ?? '');
      const collection = store.client.db(store.database).collection('messages');
      const documents = Array.from({ length: DOCUMENTS }, (_, n) => goDocument(n));
      await collection.insertMany(documents);
      await using server = await ServerProcess.start(
        { ...store.environment, ...DRAINING, CLIENT_URL: receiver.url, CLIENT_API_KEY: 'the-key' },
        store.folder,
      );
      await until('all are delivered', () => receiver.distinct === DOCUMENTS, 100_000);
      await server.stop();

      expect(receiver.deliveries).toHaveLength(DOCUMENTS);
      expect(receiver.deliveries[0]?.headers['x-ins-auth-key']).toBe('the-key');
      const stored = await collection.find().toArray();
      expect(stored.filter(({ status }) => status !== 'sent')).toEqual([]);
      for (const { _id, sentAt, webhookMessageId } of stored) {
        expect(webhookMessageId).toBe(`receipt-${_id}`);
        expect(sentAt).toBeInstanceOf(Date);
        expect(sentAt.getTime()).toBeGreaterThan(Date.now() - 120_000);
      }
      for (const { _id } of documents) {
        const value = JSON.parse((await redis.get(String(_id))) ?? 'null');
        expect(Object.keys(value).sort()).toEqual(['messageId', 'sentAt']);
        expect(value.messageId).toBe(`receipt-${_id}`);
        expect(value.sentAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
        const ttl = await redis.ttl(String(_id));
        expect(ttl).toBeGreaterThan(DAY_SECONDS - 120);
        expect(ttl).toBeLessThanOrEqual(DAY_SECONDS);
      }
      await redis.unlink(documents.map(({ _id }) => String(_id)));
      redis.disconnect();
    });

    test('with the defaults two go out at once, and no third with them', async () => {
      await using store = await mongoStore(mongoUri ?? '', redisUrl ?? '');
      await using receiver = await CountingReceiver.start();
      await store.client
        .db(store.database)
        .collection('messages')
        .insertMany([0, 1, 2, 3, 4].map(goDocument));
      await using server = await ServerProcess.start(
        {
          ...store.environment,
          PROCESSOR_INTERVAL: '2m',
          PROCESSOR_DRAIN: 'false',
          CLIENT_URL: receiver.url,
        },
        store.folder,
      );
      await until('two are delivered', () => receiver.distinct === 2);
      await until('both are settled', async () => {
        const { body } = await server.get<{ readonly leased: number; readonly inFlight: number }>(
          '/processor',
        );
        return body.leased === 0 && body.inFlight === 0;
      });
      expect(receiver.deliveries).toHaveLength(2);
    });
  },
);
