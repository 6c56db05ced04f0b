import { startReceiver } from '@messaging-system/contract-tests';
import type { ProcessorJson, ReadinessJson } from '@messaging-system/http-hono';
import { expect, onTestFinished, test } from 'vitest';
import { openInProcess } from '../support/open-in-process.ts';

// Each starts processes, on whatever machine this is.
const HELLO = { phoneNumber: '+905551234567', content: 'Hello' };
const TWO = { SERVER_WORKERS: '2' };

test('delivers to the sandbox of the server, and the log says which worker did', async () => {
  const { get, post, lines } = await openInProcess(TWO);
  await post('/messages', HELLO);
  await expect
    .poll(async () => (await get<{ readonly received: number }>('/sandbox/deliveries')).body.received)
    .toBe(1);
  await expect
    .poll(lines)
    .toContainEqual(expect.objectContaining({ msg: 'sent', to: '+90555•••67', worker: expect.any(Number) }));
});

test('says how many workers there are', async () => {
  const { get } = await openInProcess({ ...TWO, PROCESSOR_AUTO_START: 'false' });
  const workers = { wanted: 2, alive: 2, restarts: 0, eventsDropped: 0 };
  expect((await get<ProcessorJson>('/processor')).body).toMatchObject({ state: 'stopped', workers });
  expect((await get<ReadinessJson>('/readyz')).body).toMatchObject({ state: 'stopped', workers });
});

test('wakes the workers for a message, and does not wait for the next tick', async () => {
  const { url, received, close } = await startReceiver();
  onTestFinished(close);
  const { get, post } = await openInProcess({ ...TWO, CLIENT_URL: url, PROCESSOR_INTERVAL: '1h' });
  await expect.poll(async () => (await get<ProcessorJson>('/processor')).body.lastClaimAt).not.toBeNull();
  await post('/messages', HELLO);
  await expect.poll(() => received().length).toBe(1);
});

test('dispatches one batch on one worker when it is asked to', async () => {
  const { get, post } = await openInProcess({
    ...TWO,
    PROCESSOR_AUTO_START: 'false',
    PROCESSOR_BATCH_SIZE: '2',
  });
  await post('/messages', [HELLO, HELLO, HELLO]);
  expect((await post('/processor/dispatch')).body).toMatchObject({ claimed: 2, sent: 2 });
  expect((await get<ProcessorJson>('/processor')).body.counts).toMatchObject({
    unsent: { count: 1 },
    sent: { count: 2 },
  });
});
