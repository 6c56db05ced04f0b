import { once } from 'node:events';
import { PostgresStore, poolDatabase } from '@messaging-system/adapters-postgres';
import { KyWebhookSender } from '@messaging-system/adapters-webhook';
import { Dispatcher } from '@messaging-system/core';
import { SystemClock, SystemRandom } from '@messaging-system/core/system-clock';
import express from 'express';
import { Pool } from 'pg';
import { placeOrder } from './pg.ts';

const { DATABASE_URL, WEBHOOK_URL, PORT = '8080' } = process.env;
if (!DATABASE_URL || !WEBHOOK_URL) throw new Error('set DATABASE_URL and WEBHOOK_URL');

const pool = new Pool({ connectionString: DATABASE_URL });
await pool.query('CREATE TABLE IF NOT EXISTS orders (number text PRIMARY KEY, phone_number text NOT NULL)');

// Its tables are in the schema `messaging` of the same database, and its connections are those of the pool.
const store = await PostgresStore.open({ database: poolDatabase(pool) });
const [clock, random] = [new SystemClock(), new SystemRandom()];
const outbox = { repository: store.messages, clock };
const sender = new KyWebhookSender({ url: WEBHOOK_URL });
const dispatcher = new Dispatcher(
  { repository: store.messages, sentCache: store.sentCache, sender, clock, random },
  { drain: true, intervalMs: 1_000, concurrency: 10 },
);

const app = express();
app.use(express.json());
app.post('/orders/:number', async (request, response) => {
  const order = { number: request.params.number, phoneNumber: String(request.body?.phoneNumber) };
  const messageId = await placeOrder(pool, outbox, order);
  response.status(201).json({ messageId });
  // Else the dispatcher finds it at its next poll.
  dispatcher.wake();
});

dispatcher.start();
const server = app.listen(Number(PORT), '127.0.0.1');
try {
  await once(server, 'listening');
  console.log('listening', server.address());
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  server.close();
  await once(server, 'close');
} finally {
  dispatcher.stop();
  await dispatcher.whenStopped();
  await sender.close();
  await store.close();
  await pool.end();
}
