import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startReceiver } from '@messaging-system/contract-tests';
import type { StopSignal } from '@messaging-system/core/adapter';
import { SystemClock } from '@messaging-system/core/system-clock';
import { describe, expect, onTestFinished, test } from 'vitest';
import { heldReceiver } from '../support/held-receiver.ts';
import { openInProcess } from '../support/open-in-process.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const HELLO = { phoneNumber: '+905551234567', content: 'Hello' };

interface MessageBody {
  readonly id: string;
  readonly status: string;
}

async function receiver(): Promise<Awaited<ReturnType<typeof startReceiver>>> {
  const started = await startReceiver();
  onTestFinished(() => started.close());
  return started;
}

describe('with nothing configured', () => {
  test.each(['ky', 'undici'])(
    'delivers to its own sandbox through %s and lists what it sent',
    async (transport) => {
      const home = temporaryHome();
      const { get, post, lines, text } = await openInProcess({ CLIENT_TRANSPORT: transport }, home);
      const { status, body } = await post<MessageBody>('/messages', HELLO);
      expect(status).toBe(201);

      await expect.poll(async () => (await get('/processor/sent-messages')).status).toBe(200);
      const sent = await get('/processor/sent-messages');
      expect(sent.body).toMatchObject([
        { id: body.id, status: 'sent', webhookMessageId: expect.any(String) },
      ]);
      const deliveries = await get('/sandbox/deliveries');
      expect(deliveries.body).toMatchObject({
        received: 1,
        items: [{ body: { to: HELLO.phoneNumber, content: 'Hello' }, headers: { 'webhook-id': body.id } }],
      });
      expect(existsSync(join(home, 'data', 'messages.db'))).toBe(true);
      // The store has it a moment before the log.
      await expect.poll(lines).toContainEqual(expect.objectContaining({ msg: 'sent', to: '+90555•••67' }));
      expect(text()).not.toMatch(/1234567|Hello/);
    },
  );

  test('keeps what it was given when it is opened again', async () => {
    const home = temporaryHome();
    const first = await openInProcess({ PROCESSOR_AUTO_START: 'false' }, home);
    const { body } = await first.post<MessageBody>('/messages', HELLO);
    await first.server[Symbol.asyncDispose]();
    const second = await openInProcess({}, home);
    await expect
      .poll(async () => (await second.get<MessageBody>(`/messages/${body.id}`)).body.status)
      .toBe('sent');
  });

  test('is ready, with each dependency by name', async () => {
    const { get } = await openInProcess();
    expect(await get('/readyz')).toEqual({
      status: 200,
      body: {
        state: 'running',
        checks: { store: { ok: true, required: true }, sentCache: { ok: true, required: false } },
      },
    });
  });
});

describe('with a webhook', () => {
  test('delivers there, with the key and the signature, and has no sandbox', async () => {
    const { url, received } = await receiver();
    const { post, get, lines } = await openInProcess({
      CLIENT_URL: `${url}/hook?token=t0ken`,
      CLIENT_API_KEY: 'the-client-key',
      CLIENT_API_KEY_HEADER: 'X-Api-Key',
      CLIENT_SIGNING_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    });
    await post('/messages', HELLO);
    await expect.poll(() => received().length).toBe(1);
    expect(received()[0]).toMatchObject({
      headers: { 'x-api-key': 'the-client-key', 'webhook-signature': expect.stringMatching(/^v1,/) },
    });
    expect((await get('/sandbox/deliveries')).status).toBe(404);
    expect(lines()[0]).toMatchObject({ target: `${url}/hook` });
  });

  test('wakes for a message, and does not wait for the next tick', async () => {
    const { url, received } = await receiver();
    const { get, post } = await openInProcess({ CLIENT_URL: url, PROCESSOR_INTERVAL: '1h' });
    const lastClaimAt = async (): Promise<unknown> =>
      (await get<{ readonly lastClaimAt: string | null }>('/processor')).body.lastClaimAt;
    await expect.poll(lastClaimAt).not.toBeNull();
    await post('/messages', HELLO);
    await expect.poll(() => received().length).toBe(1);
  });

  test('does not begin before a start where autoStart is off', async () => {
    const { url, received } = await receiver();
    const { post } = await openInProcess({ CLIENT_URL: url, PROCESSOR_AUTO_START: 'false' });
    await post('/messages', HELLO);
    expect(received()).toHaveLength(0);
    await post('/processor/start');
    await expect.poll(() => received().length).toBe(1);
  });
});

describe('closing', () => {
  test('lets what is under way end, answers until then, and is not ready', async () => {
    const { url, waiting, release } = await heldReceiver();
    const home = temporaryHome();
    const { server, post, get } = await openInProcess({ CLIENT_URL: url }, home);
    const { body } = await post<MessageBody>('/messages', HELLO);
    await expect.poll(waiting).toBe(1);

    const closed = server[Symbol.asyncDispose]();
    expect((await get('/readyz')).status).toBe(503);
    expect((await get('/healthz')).status).toBe(200);
    // An operator who starts it at this moment must not keep it from ending.
    expect((await post('/processor/start')).status).toBe(200);
    release();
    await closed;

    await expect(get('/healthz')).rejects.toThrow();
    const again = await openInProcess({ CLIENT_URL: url, PROCESSOR_AUTO_START: 'false' }, home);
    expect((await again.get<MessageBody>(`/messages/${body.id}`)).body.status).toBe('sent');
  });

  test('cuts off at the deadline what does not end, and leaves the message for later', async () => {
    const { url, waiting } = await heldReceiver();
    const home = temporaryHome();
    const { server, post } = await openInProcess(
      { CLIENT_URL: url, PROCESSOR_DRAIN_DEADLINE: '200ms' },
      home,
    );
    const { body } = await post<MessageBody>('/messages', HELLO);
    await expect.poll(waiting).toBe(1);
    await server[Symbol.asyncDispose]();
    const again = await openInProcess({ CLIENT_URL: url, PROCESSOR_AUTO_START: 'false' }, home);
    const { body: left } = await again.get<{ status: string; history: readonly unknown[] }>(
      `/messages/${body.id}`,
    );
    expect(left.status).toBe('unsent');
    expect(left.history).toMatchObject([{ outcome: 'ambiguous' }]);
  });

  test('may be asked for again and ends once', async () => {
    const { server } = await openInProcess();
    await Promise.all([server[Symbol.asyncDispose](), server[Symbol.asyncDispose]()]);
  });
});

describe('what cannot be opened is named', () => {
  test('a port that is taken, and nothing stays open behind it', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void occupant.close());
    await new Promise((resolve) => occupant.once('listening', resolve));
    const address = occupant.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(openInProcess({ SERVER_PORT: String(port) })).rejects.toThrow(
      `cannot listen on http://127.0.0.1:${port} (SERVER_PORT sets another port): listen EADDRINUSE`,
    );
  });

  test('an SQLite file that is a folder', async () => {
    const home = temporaryHome();
    await expect(openInProcess({ SQLITE_PATH: home }, home)).rejects.toThrow(
      `cannot open the SQLite file ${home}`,
    );
  });

  test('a MongoDB that nobody answers for, without its password', async () => {
    const opening = openInProcess({
      MONGO_URI: 'mongodb://ann:pa55word@127.0.0.1:1/?serverSelectionTimeoutMS=200',
    });
    await expect(opening).rejects.toThrow('cannot reach MongoDB at 127.0.0.1:1: ');
    await expect(opening).rejects.not.toThrow('pa55word');
  });

  test('a PostgreSQL that nobody answers for, without its password', async () => {
    const opening = openInProcess({ POSTGRES_URI: 'postgres://ann:pa55word@127.0.0.1:1/app' });
    await expect(opening).rejects.toThrow('cannot reach PostgreSQL at 127.0.0.1:1/app: ');
    await expect(opening).rejects.not.toThrow('pa55word');
  });
});

test('a Redis that nobody answers for is a warning, and delivery goes on', async () => {
  const { get, post, lines } = await openInProcess({ REDIS_URI: '127.0.0.1:1' });
  // The client tries again and again: the log has the reason once.
  expect(lines().filter(({ msg }) => String(msg).startsWith('Redis at '))).toEqual([
    expect.objectContaining({
      level: 40,
      reason: 'ECONNREFUSED',
      msg: expect.stringMatching(
        /^Redis at 127\.0\.0\.1:1: Redis can not be used: ECONNREFUSED; delivery goes on/,
      ),
    }),
  ]);
  const { body } = await post<MessageBody>('/messages', HELLO);
  await expect.poll(async () => (await get<MessageBody>(`/messages/${body.id}`)).body.status).toBe('sent');
  expect(await get('/readyz')).toMatchObject({
    status: 200,
    body: { checks: { sentCache: { ok: false, required: false, detail: 'econnrefused' } } },
  });
});

test('asks for the API key where one is set', async () => {
  const { get, post } = await openInProcess({ SERVER_API_KEY: 'old-api-key-0123456,new-api-key-0123456' });
  expect((await get('/messages')).status).toBe(401);
  for (const key of ['old-api-key-0123456', 'new-api-key-0123456']) {
    expect((await post('/messages', HELLO, { authorization: `Bearer ${key}` })).status).toBe(201);
  }
  expect((await get('/healthz')).status).toBe(200);
});

test('refuses a body that is larger than allowed', async () => {
  const { post } = await openInProcess({ SERVER_MAX_BODY_BYTES: '2048' });
  expect((await post('/messages', { ...HELLO, content: 'x'.repeat(3_000) })).status).toBe(413);
});

test('holds messages to the configured rules', async () => {
  const { post } = await openInProcess({
    MESSAGE_PHONE_PATTERN: '^\\d{4}$',
    MESSAGE_MAX_CONTENT_LENGTH: '5',
  });
  expect((await post('/messages', { phoneNumber: '1234', content: '12345' })).status).toBe(201);
  expect((await post('/messages', HELLO)).status).toBe(400);
  expect((await post('/messages', { phoneNumber: '1234', content: '123456' })).status).toBe(400);
});

/** Long waits are over at once, and the clock is as much later then. */
class HurriedClock extends SystemClock {
  #aheadMs = 0;

  override now(): number {
    return super.now() + this.#aheadMs;
  }

  override elapsed(): number {
    return super.elapsed() + this.#aheadMs;
  }

  override sleep(ms: number, signal?: StopSignal): Promise<void> {
    if (ms < 1_800_000) return super.sleep(ms, signal);
    this.#aheadMs += ms;
    return super.sleep(10, signal);
  }
}

test('removes what is older than retention.keep when the clock has run for an hour', async () => {
  const settings = { RETENTION_KEEP: '1s', RETENTION_INTERVAL: '1s' };
  const { get, post } = await openInProcess(settings, temporaryHome(), new HurriedClock());
  const { body } = await post<MessageBody>('/messages', HELLO);
  await expect.poll(async () => (await get(`/messages/${body.id}`)).status).toBe(404);
});

test('logs what operators do with the name of their key, and never the key', async () => {
  const apiKeys = [{ name: 'nightly', key: 'key-of-nightly-012345', scopes: ['operate', 'erase'] }];
  const { server, lines, text } = await openInProcess({ SERVER_API_KEYS: JSON.stringify(apiKeys) });
  const headers = { authorization: 'Bearer key-of-nightly-012345', 'content-type': 'application/json' };
  const ask = (path: string, body?: unknown) =>
    fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) ?? null });
  expect((await ask('/processor/stop')).status).toBe(200);
  expect((await ask('/messages/erase', { phoneNumber: '+905551234567' })).status).toBe(200);
  expect(lines()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ msg: 'nightly stopped the processor', key: 'nightly', via: 'api' }),
      expect.objectContaining({ msg: 'nightly erased 0 messages to +90555•••67', action: 'erase' }),
    ]),
  );
  expect(text()).not.toMatch(/key-of-nightly|1234567/);
});
