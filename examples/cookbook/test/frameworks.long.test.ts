import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteStore } from '@messaging-system/adapters-sqlite';
import { Messages } from '@messaging-system/core';
import { SystemClock } from '@messaging-system/core/system-clock';
import { describe, expect, test } from 'vitest';
import { type AppProcess, startApp } from './support/app-process.ts';
import { HeldReceiver } from './support/held-receiver.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const AUTHORIZED = { authorization: 'Bearer a-key' };

async function openApp(main: string, receiver: HeldReceiver) {
  const file = join(await temporaryFolder(), 'messages.db');
  const app = await startApp(main, {
    MESSAGING_FILE: file,
    WEBHOOK_URL: receiver.url,
    MESSAGING_API_KEY: 'a-key',
  });
  return { file, app };
}

function confirm(app: AppProcess, number: string, phoneNumber = '+905551234567'): Promise<Response> {
  return fetch(`${app.url}/orders/${number}/confirmation`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ phoneNumber }),
  });
}

/** Null when it does not listen any more. */
function readiness(app: AppProcess): Promise<number | null> {
  return fetch(`${app.url}/messaging/readyz`).then(
    ({ status }) => status,
    () => null,
  );
}

async function countsIn(file: string) {
  await using store = await SqliteStore.open({ path: file });
  return new Messages({ repository: store.messages, clock: new SystemClock() }).counts();
}

// The code of docs/cookbook/embed.md runs in each of them; examples/cookbook/README.md says how to start one by hand.
describe.each([
  ['express.md', 'src/express/main.ts'],
  ['fastify.md', 'src/fastify/main.ts'],
  ['nestjs.md', 'src/nestjs/main.ts'],
  ['nextjs.md', 'test/support/next-host.ts'],
])('the app of %s', { timeout: 60_000 }, (_page, main) => {
  test('confirms an order once, however often it is asked to', async () => {
    await using receiver = await HeldReceiver.start();
    const { app } = await openApp(main, receiver);
    const answers = [await confirm(app, '17'), await confirm(app, '17')];
    expect(answers.map(({ status }) => status)).toEqual([201, 200]);
    const [first, second] = await Promise.all(answers.map((answer) => answer.json()));
    expect(second).toEqual(first);
    expect((await confirm(app, '17', '+905557654321')).status).toBe(409);
    expect((await confirm(app, '18', 'no number')).status).toBe(400);
    await expect.poll(() => receiver.bodies).toHaveLength(1);
    app.terminate();
    expect(await app.ended).toEqual({ exit: [0, null], complaints: '' });
    expect(receiver.bodies.map((body) => JSON.parse(body))).toEqual([
      { to: '+905551234567', content: 'We have your order 17' },
    ]);
  });

  test('has the API and the dashboard below /messaging', async () => {
    await using receiver = await HeldReceiver.start();
    const { app } = await openApp(main, receiver);
    expect((await fetch(`${app.url}/messaging/messages`)).status).toBe(401);
    const sent = await fetch(`${app.url}/messaging/messages`, {
      method: 'POST',
      headers: { ...AUTHORIZED, 'content-type': 'application/json' },
      body: JSON.stringify({ phoneNumber: '+905551234567', content: 'By the API' }),
    });
    expect(sent.status).toBe(201);
    const location = sent.headers.get('location') ?? '';
    expect(location).toMatch(/^\/messaging\/messages\//);
    expect((await fetch(`${app.url}${location}`, { headers: AUTHORIZED })).status).toBe(200);
    expect((await fetch(`${app.url}/messaging/readyz`)).status).toBe(200);
    const dashboard = await fetch(`${app.url}/messaging`);
    expect(dashboard.url).toBe(`${app.url}/messaging/dashboard/login`);
    expect(await dashboard.text()).toContain('<html');
    expect((await fetch(`${app.url}/elsewhere`)).status).toBe(404);
    app.terminate();
    expect(await app.ended).toEqual({ exit: [0, null], complaints: '' });
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'lets the delivery under way finish after %s, then ends with nothing left open',
    async (signal) => {
      await using receiver = await HeldReceiver.start();
      receiver.hold();
      const { app, file } = await openApp(main, receiver);
      const live = await openLivePage(app);
      await confirm(app, '17');
      await expect.poll(() => receiver.bodies).toHaveLength(1);
      app.terminate(signal);
      await expect.poll(() => readiness(app)).not.toBe(200);
      receiver.release();
      expect(await live.text()).toContain('event: state');
      expect(await app.ended).toEqual({ exit: [0, null], complaints: '' });
      const counts = await countsIn(file);
      expect([counts.sent.count, counts.unsent.count]).toEqual([1, 0]);
    },
  );
});

test.each(['src/express/main.ts', 'src/fastify/main.ts', 'src/nestjs/main.ts'])(
  '%s closes the store when its port is taken',
  { timeout: 60_000 },
  async (main) => {
    await using receiver = await HeldReceiver.start();
    const file = join(await temporaryFolder(), 'messages.db');
    const environment = { MESSAGING_FILE: file, WEBHOOK_URL: receiver.url, MESSAGING_API_KEY: 'a-key' };
    const { port } = new URL(receiver.url);
    await expect(startApp(main, { ...environment, PORT: port })).rejects.toThrow('EADDRINUSE');
    // SQLite removes its log when the last connection to the file is closed.
    expect([existsSync(file), existsSync(`${file}-wal`)]).toEqual([true, false]);
  },
);

/** A browser's view of the dashboard, which would keep a server from closing. */
async function openLivePage(app: AppProcess): Promise<Response> {
  const login = await fetch(`${app.url}/messaging/dashboard/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ apiKey: 'a-key' }),
    redirect: 'manual',
  });
  const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const live = await fetch(`${app.url}/messaging/dashboard/live`, { headers: { cookie } });
  expect(live.headers.get('content-type')).toBe('text/event-stream');
  return live;
}
