import { Dispatcher, Messages } from '@messaging-system/core';
import type { WebhookSender } from '@messaging-system/core/adapter';
import { InMemoryMessageRepository } from '@messaging-system/core/in-memory';
import { SystemClock, SystemRandom } from '@messaging-system/core/system-clock';
import { createHttpApp } from '@messaging-system/http-hono';
import { Hono } from 'hono';

const clock = new SystemClock();
const random = new SystemRandom();
const repository = new InMemoryMessageRepository(random); // or PostgreSQL, MongoDB, SQLite, your own
const sender: WebhookSender = { timeoutMs: 15_000, send: async () => ({ kind: 'accepted' }) }; // or @messaging-system/adapters-webhook

const api = createHttpApp({
  messages: new Messages({ repository, clock }),
  dispatcher: new Dispatcher({ repository, sender, clock, random }),
  clock,
  apiKeys: ['change-me'],
  health: { store: { required: true, check: async () => ({ ok: (await repository.counts()) !== null }) } },
  onFault: ({ code, route, requestId, error }) => console.error(code, route, requestId, error),
});

export const host: Hono = new Hono();
host.get('/', (c) => c.text('my own app'));
host.route('/messaging', api); // POST /messaging/messages, GET /messaging/readyz, …
