import { KyWebhookSender } from '@messaging-system/adapters-webhook';
import { startReceiver } from '@messaging-system/contract-tests';
import { Dispatcher, Messages } from '@messaging-system/core';
import { InMemoryMessageRepository, ManualClock, SeededRandom } from '@messaging-system/core/in-memory';
import { SystemClock, SystemRandom } from '@messaging-system/core/system-clock';
import { expect, test } from 'vitest';
import { confirmOrder } from '../src/embed/confirm-order.ts';

const order = { number: '17', phoneNumber: '+905551234567' };

test('an order is confirmed once', async () => {
  const repository = new InMemoryMessageRepository(new SeededRandom(1));
  const messages = new Messages({ repository, clock: new ManualClock() });

  expect((await confirmOrder(messages, order)).status).toBe(201);
  expect((await confirmOrder(messages, order)).status).toBe(200);
  expect((await messages.counts()).unsent.count).toBe(1);
});

test('a confirmation is tried again while the provider is down, for hours that take no time', async () => {
  const [clock, random] = [new ManualClock(), new SeededRandom(1)];
  const repository = new InMemoryMessageRepository(random);
  const messages = new Messages({ repository, clock });
  const upAt = clock.now() + 3_600_000;
  let calls = 0;
  const sender = {
    timeoutMs: 15_000,
    send: async () => {
      calls += 1;
      if (clock.now() < upAt) return { kind: 'retryable' as const, reason: 'http_503' };
      return { kind: 'accepted' as const, webhookMessageId: 'receipt-1' };
    },
  };
  const dispatcher = new Dispatcher({ repository, sender, clock, random });

  await confirmOrder(messages, order);
  dispatcher.start();
  await clock.advance(24 * 3_600_000);
  dispatcher.stop();
  await dispatcher.whenStopped();

  expect(calls).toBeGreaterThan(1);
  const page = await messages.list({ limit: 10 });
  expect(page).toMatchObject({ items: [{ status: 'sent', webhookMessageId: 'receipt-1' }] });
});

test('the provider gets what it expects', async () => {
  const receiver = await startReceiver();
  const [clock, random] = [new SystemClock(), new SystemRandom()];
  const repository = new InMemoryMessageRepository(random);
  const messages = new Messages({ repository, clock });
  const sender = new KyWebhookSender({ url: `${receiver.url}/hook`, apiKey: 'a key' });
  const dispatcher = new Dispatcher({ repository, sender, clock, random });

  await confirmOrder(messages, order);
  expect(await dispatcher.dispatchOnce()).toMatchObject({ kind: 'dispatched' });

  const [request] = receiver.received();
  expect(request?.headers['x-ins-auth-key']).toBe('a key');
  expect(JSON.parse(request?.body ?? '')).toEqual({
    to: '+905551234567',
    content: 'We have your order 17',
  });
  await sender.close();
  await receiver.close();
});
