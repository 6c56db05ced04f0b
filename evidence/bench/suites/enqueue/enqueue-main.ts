import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Dispatcher, Messages } from '@messaging-system/core';
import { SystemClock, SystemRandom } from '@messaging-system/core/system-clock';
import { createHttpApp } from '@messaging-system/http-hono';
import { type OpenStore, openStore } from '../../contenders/stores.ts';
import { answerParent } from '../../processes/answer-parent.ts';
import { boundedLoop } from '../throughput/bounded-loop.ts';
import { type EnqueueCommand, textsOf } from './enqueue-protocol.ts';

/** A process with the HTTP API over a store; nothing is dispatched. */
interface World {
  readonly store: OpenStore;
  readonly messages: Messages;
}

let world: World | null = null;

async function open({ store: name, ...setup }: Extract<EnqueueCommand, { kind: 'open' }>): Promise<string> {
  const store = await openStore(name, { ...setup, receiverUrl: '', concurrency: 1 });
  const clock = new SystemClock();
  const { repository } = store;
  const messages = new Messages({ repository, clock });
  const sender = { send: async () => ({ kind: 'accepted' as const }) };
  const dispatcher = new Dispatcher({ repository, sender, clock, random: new SystemRandom() });
  const app = createHttpApp({ messages, dispatcher, clock, apiKeys: 'none' });
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  await once(server, 'listening');
  world = { store, messages };
  // Listening on a port, so the address is an object.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/messages`;
}

async function enqueue(
  { messages }: World,
  { messages: count, batch, callers }: Extract<EnqueueCommand, { kind: 'enqueue' }>,
): Promise<number> {
  const calls = Array.from({ length: count / batch }, () => textsOf(batch));
  const startedAt = performance.now();
  await boundedLoop(calls, callers, async (texts) => {
    const result = await messages.enqueueMany(texts);
    if (result.kind !== 'enqueued') throw new Error(`not enqueued: ${result.kind}`);
  });
  return (count / (performance.now() - startedAt)) * 1000;
}

answerParent<EnqueueCommand>(async (command) => {
  if (command.kind === 'open') return open(command);
  if (world === null) throw new Error('asked for work before it was opened');
  if (command.kind === 'enqueue') return enqueue(world, command);
  await world.store.close();
  return process.exit(0);
});
