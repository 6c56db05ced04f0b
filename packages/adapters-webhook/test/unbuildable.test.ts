import { Dispatcher, Messages, type MessagingEvent } from '@messaging-system/core';
import { InMemoryMessageRepository } from '@messaging-system/core/in-memory';
import { SystemClock, SystemRandom } from '@messaging-system/core/system-clock';
import { expect, onTestFinished, test } from 'vitest';
import type { WebhookSenderOptions } from '../src/index.ts';
import { provider, senderOf } from './contract-sender.ts';

const RETRY_AT_ONCE = { maxAttempts: 3, baseDelayMs: 0, factor: 1, maxDelayMs: 0, maxRetryAfterMs: 0 };

/** A dispatcher on messages in memory, with the types of the events that it tells. */
function dispatching(options: WebhookSenderOptions): {
  readonly messages: Messages;
  readonly dispatcher: Dispatcher;
  readonly told: MessagingEvent[];
} {
  const clock = new SystemClock();
  const random = new SystemRandom();
  const repository = new InMemoryMessageRepository(random);
  const told: MessagingEvent[] = [];
  const observer = { observe: (event: MessagingEvent) => void told.push(event) };
  const dispatcher = new Dispatcher(
    { repository, sender: senderOf(options), clock, random, observer },
    { drain: true, intervalMs: 10, batchSize: 20, concurrency: 5, retry: RETRY_AT_ONCE },
  );
  onTestFinished(async () => {
    await dispatcher.stop();
  });
  return { messages: new Messages({ repository, clock }), dispatcher, told };
}

test('ten messages that cannot be built fail without a request, the breaker stays closed, and the next one is delivered at once', async () => {
  const { url, seen } = await provider(() => ({ status: 200 }));
  const contract = { body: { to: '{phoneNumber}', text: 'Order {metadata.order}' } };
  const { messages, dispatcher, told } = dispatching({ url, contract });
  const broken = Array.from({ length: 10 }, () => ({ phoneNumber: '+905551111111', content: 'Hello' }));
  for (const one of broken) await messages.enqueue(one);
  const right = await messages.enqueue({
    phoneNumber: '+905551111111',
    content: 'Hello',
    metadata: { order: '17' },
  });
  dispatcher.start();
  await expect.poll(async () => (await messages.counts()).sent.count).toBe(1);
  await expect.poll(async () => (await messages.counts()).failed.count).toBe(10);
  expect(seen.map(({ body }) => JSON.parse(body))).toEqual([{ to: '+905551111111', text: 'Order 17' }]);
  expect(dispatcher.status().breaker).toEqual({ state: 'closed', failures: 0 });
  expect(told.filter(({ type }) => type === 'breaker.opened')).toEqual([]);
  expect(right).toMatchObject({ kind: 'stored' });
  const page = await messages.list({ status: 'failed', limit: 20 });
  expect(page).toMatchObject({ kind: 'page' });
  for (const { reason, history, attempts } of page.kind === 'page' ? page.items : [])
    expect({ reason, history, attempts }).toEqual({
      reason: 'no_value_of_metadata.order',
      history: [],
      attempts: 0,
    });
});

test('without a token the breaker opens at the first message, no attempt counts, and nothing is lost', async () => {
  const { url, seen } = await provider(() => ({ status: 503 }));
  const auth = { kind: 'oauth2', tokenUrl: `${url}/token`, clientId: 'a', clientSecret: 'b' } as const;
  const { messages, dispatcher, told } = dispatching({ url, auth });
  for (let count = 0; count < 12; count += 1)
    await messages.enqueue({ phoneNumber: '+905551111111', content: 'Hello' });
  dispatcher.start();
  await expect.poll(() => dispatcher.status().breaker.state).toBe('open');
  await expect.poll(async () => (await messages.counts()).unsent.count).toBe(12);
  expect(told.filter(({ type }) => type === 'breaker.opened')).toHaveLength(1);
  expect(seen.every((request) => request.url === '/token')).toBe(true);
  const page = await messages.list({ status: 'unsent', limit: 20 });
  for (const { attempts, history } of page.kind === 'page' ? page.items : []) {
    expect(attempts).toBe(0);
    for (const attempt of history)
      expect(attempt).toMatchObject({ reason: 'token_http_503', uncounted: true });
  }
});
