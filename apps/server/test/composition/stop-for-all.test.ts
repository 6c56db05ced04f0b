import { startReceiver } from '@messaging-system/contract-tests';
import type { ProcessorJson } from '@messaging-system/http-hono';
import { expect, onTestFinished, test } from 'vitest';
import { announce } from '../../src/serve.ts';
import { loaded } from '../support/load.ts';
import { openInProcess } from '../support/open-in-process.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const HELLO = { phoneNumber: '+905551234567', content: 'Hello' };

test('a stop for all stops both servers on a store, survives a restart, and nothing is lost or sent twice', async () => {
  const { url, received, close } = await startReceiver();
  onTestFinished(close);
  const home = temporaryHome();
  const environment = { CLIENT_URL: url, PROCESSOR_DRAIN: 'true' };
  const one = await openInProcess(environment, home);
  const other = await openInProcess(environment, home);
  await one.post('/messages', HELLO);
  await expect.poll(() => received().length).toBe(1);

  expect((await one.post('/processor/stop-all')).status).toBe(200);
  expect((await other.get<ProcessorJson>('/processor')).body).toMatchObject({
    state: 'running',
    deliveryStop: { by: null },
  });
  // Each says so itself: it was asked for a batch.
  for (const server of [one, other]) {
    await expect
      .poll(async () => (await server.post('/processor/dispatch')).body)
      .toMatchObject({ code: 'claiming_paused' });
  }
  for (let n = 0; n < 5; n += 1) await other.post('/messages', HELLO);

  await one.server[Symbol.asyncDispose]();
  const again = await openInProcess(environment, home);
  expect((await again.post('/processor/dispatch')).body).toMatchObject({ code: 'claiming_paused' });
  expect(received()).toHaveLength(1);

  expect((await other.post('/processor/start-all')).status).toBe(200);
  await expect
    .poll(async () => (await again.get<ProcessorJson>('/processor')).body.counts?.sent.count)
    .toBe(6);
  expect(received()).toHaveLength(6);
  expect((await again.get<ProcessorJson>('/processor')).body).not.toHaveProperty('deliveryStop');
}, 60_000);

test.each([{}, { PROCESSOR_AUTO_START: 'false' }, { PROCESSOR_DRAIN: 'false' }])(
  'a server that starts under a stop for all says that it delivers nothing (%j)',
  async (environment) => {
    const home = temporaryHome();
    const before = await openInProcess({}, home);
    await before.post('/processor/stop-all');
    await before.server[Symbol.asyncDispose]();
    const { server, log, text } = await openInProcess(environment, home);
    announce(loaded(environment, home).config, server, log, 0);
    expect(text()).toMatch(/delivery is stopped for all servers by an operator since 20.*start --all/);
    expect(text()).not.toMatch(/delivery started|delivery begins|pace:/);
  },
);
