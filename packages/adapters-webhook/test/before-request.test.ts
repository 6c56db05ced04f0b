import { startReceiver } from '@messaging-system/contract-tests';
import { expect, onTestFinished, test } from 'vitest';
import { KyWebhookSender, type KyWebhookSenderOptions } from '../src/index.ts';
import { sendOne } from './senders.ts';

async function open(beforeRequest: NonNullable<KyWebhookSenderOptions['beforeRequest']>, timeoutMs = 5_000) {
  const receiver = await startReceiver();
  const sender = new KyWebhookSender({ url: receiver.url, timeoutMs, beforeRequest });
  onTestFinished(async () => {
    await sender.close();
    await receiver.close();
  });
  return { receiver, sender };
}

test('the hook of KyWebhookSender sets headers on each request and may read its body', async () => {
  let calls = 0;
  const { receiver, sender } = await open(async (request) => {
    calls += 1;
    const { to } = JSON.parse(await request.clone().text());
    request.headers.set('authorization', `Bearer ${calls} for ${to}`);
  });
  await sendOne(sender, { message: { phoneNumber: '+1' } });
  await sendOne(sender, { message: { phoneNumber: '+2', content: 'Hi' } });
  expect(receiver.received().map(({ headers }) => headers.authorization)).toEqual([
    'Bearer 1 for +1',
    'Bearer 2 for +2',
  ]);
  expect(receiver.received()[1]?.body).toBe('{"to":"+2","content":"Hi"}');
});

test('a hook that throws is retryable, and nothing is sent', async () => {
  const hooks: readonly NonNullable<KyWebhookSenderOptions['beforeRequest']>[] = [
    () => {
      throw new Error('no token');
    },
    () => Promise.reject(new Error('no token')),
    (request) => request.headers.set('a b', 'c'),
  ];
  for (const hook of hooks) {
    const { receiver, sender } = await open(hook);
    expect(await sendOne(sender)).toEqual({
      kind: 'retryable',
      reason: 'hook_failed',
      error: expect.any(Error),
    });
    expect(receiver.received()).toEqual([]);
  }
});

test('a hook that takes longer than the time-out is retryable, and nothing is sent afterwards', async () => {
  const late = Promise.withResolvers<void>();
  const { receiver, sender } = await open(() => late.promise, 1_000);
  expect(await sendOne(sender)).toEqual({ kind: 'retryable', reason: 'hook_timeout' });
  late.resolve();
  expect(await sendOne(sender)).toMatchObject({ kind: 'accepted' });
  expect(receiver.received()).toHaveLength(1);
});
