import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Dispatcher, Messages } from '@messaging-system/core';
import { SystemClock, SystemRandom } from '@messaging-system/core/system-clock';
import { createHttpApp } from '@messaging-system/http-hono';
import type { StoreName } from '../../contenders/store-facts.ts';
import { type OpenStore, openStore } from '../../contenders/stores.ts';
import { answerParent, Opened } from '../../processes/answer-parent.ts';
import { boundedLoop, textsOf } from '../throughput/jobs.ts';
import type { EnqueueWay } from './show-enqueue.ts';

/** A process with the HTTP API over a store; nothing is dispatched. */
interface World {
  readonly store: OpenStore;
  readonly messages: Messages;
}

interface StoreSetup {
  readonly directory: string;
  readonly runId: string;
}

type EnqueueOrder = Omit<EnqueueWay, 'over'> & { readonly messages: number };

const opened = new Opened<World>();

/** Answers with the URL of the HTTP API. */
async function open({ store: name, ...setup }: StoreSetup & { readonly store: StoreName }): Promise<string> {
  const store = await openStore(name, { ...setup, receiverUrl: '', concurrency: 1 });
  const clock = new SystemClock();
  const { repository } = store;
  const messages = new Messages({ repository, clock });
  const sender = { timeoutMs: 15_000, send: async () => ({ kind: 'accepted' as const }) };
  const dispatcher = new Dispatcher({ repository, sender, clock, random: new SystemRandom() });
  const app = createHttpApp({ messages, dispatcher, clock, apiKeys: 'none' });
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  await once(server, 'listening');
  opened.world = { store, messages };
  // Listening on a port, so the address is an object.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/messages`;
}

/** Enqueues from within. Answers with messages a second. */
async function enqueue({ messages: count, batch, callers }: EnqueueOrder): Promise<number> {
  const { messages } = opened.world;
  const calls = Array.from({ length: count / batch }, () => textsOf(batch));
  const startedAt = performance.now();
  await boundedLoop(calls, callers, async (texts) => {
    const result = await messages.enqueueMany(texts);
    if (result.kind !== 'enqueued') throw new Error(`not enqueued: ${result.kind}`);
  });
  return (count / (performance.now() - startedAt)) * 1000;
}

const answers = { open, enqueue, end: () => opened.world.store.close() };

export type EnqueueAnswers = typeof answers;

answerParent(answers);
