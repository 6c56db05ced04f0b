import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest';
import { ApiClientError, type MessageJson, MessagingClient } from '../src/client/index.ts';
import { SandboxReceiver } from '../src/index.ts';
import { remind } from './readme/client.ts';
import {
  accepted,
  createWorld,
  enqueued,
  givenUp,
  leased,
  PHONE,
  settled,
  type World,
} from './support/world.ts';

function connected(world: World, apiKey?: string): MessagingClient {
  const ask: typeof fetch = async (input, init) =>
    world.app.request(input instanceof URL ? input.href : input, init);
  return new MessagingClient({
    url: 'http://localhost/',
    fetch: ask,
    ...(apiKey === undefined ? {} : { apiKey }),
  });
}

/** A server that leads every POST to a list, such as a proxy that requires another scheme or prefix. */
async function redirecting(status: number): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer(({ method, url }, outgoing) => {
    asked.push(`${method} ${url}`);
    if (url === '/messages') outgoing.writeHead(status, { location: '/new/messages' }).end();
    else outgoing.end(JSON.stringify({ items: [], nextCursor: null }));
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  // A server that listens on an address and a port has these.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked };
}

const HELLO = { phoneNumber: PHONE, content: 'Hello' };

describe('MessagingClient', () => {
  test('enqueues one, and several in their order', async () => {
    const client = connected(createWorld());
    const message = await client.enqueue(HELLO);
    expectTypeOf(message).toEqualTypeOf<MessageJson>();
    expectTypeOf(message.status).toEqualTypeOf<'unsent' | 'sent' | 'failed' | 'unknown' | 'cancelled'>();
    expect(message).toMatchObject({ ...HELLO, status: 'unsent' });
    const several = await client.enqueueMany([HELLO, { ...HELLO, content: 'two' }]);
    expect(several.map(({ content }) => content)).toEqual(['Hello', 'two']);
  });

  test('finds by id, and answers null for nobody', async () => {
    const world = createWorld();
    const { id } = await enqueued(world);
    expect(await connected(world).find(id)).toMatchObject({ id });
    expect(await connected(world).find('a/b?c')).toBeNull();
  });

  test('goes through all pages', async () => {
    const world = createWorld();
    for (let index = 0; index < 7; index += 1) await enqueued(world, { content: String(index) });
    const contents = [];
    for await (const { content } of connected(world).all({ phoneNumber: PHONE, limit: 3 }))
      contents.push(content);
    expect(contents).toEqual(['6', '5', '4', '3', '2', '1', '0']);
    expect((await connected(world).list({ status: 'sent' })).items).toEqual([]);
  });

  test('cancels, redrives and erases', async () => {
    const world = createWorld();
    const client = connected(world);
    const failed = await settled(world, givenUp);
    expect((await client.redrive(failed.id)).status).toBe('unsent');
    expect((await client.cancel(failed.id)).status).toBe('cancelled');
    expect(await client.redriveMatching({ status: 'unknown' })).toEqual({ redriven: 0 });
    expect(await client.cancelMatching({ phoneNumber: '+905550000000' })).toEqual({
      cancelled: 0,
      inFlight: 0,
    });
    expect(await client.erase(PHONE)).toEqual({ erased: 1, inFlightIds: [] });
  });

  test('operates the processor', async () => {
    const world = createWorld();
    const client = connected(world);
    await client.start();
    await client.stop();
    expect(await client.dispatch()).toMatchObject({ claimed: 2 });
    expect(world.dispatcher.calls).toEqual(['start', 'stop', 'dispatchOnce']);
    expect((await client.processor()).counts?.unsent).toEqual({ count: 0, exact: true });
    expect((await client.readiness()).state).toBe('stopped');
  });

  test('lists what was sent, and nothing as nothing', async () => {
    const world = createWorld({ sandbox: new SandboxReceiver({ clock: createWorld().clock }) });
    const client = connected(world);
    expect(await client.sentMessages()).toEqual([]);
    await settled(world, accepted('w-1'));
    expect(await client.sentMessages(5)).toMatchObject([{ webhookMessageId: 'w-1' }]);
    expect(await client.sandboxDeliveries()).toEqual({ items: [], received: 0 });
  });

  test('throws what the server refused, with its code, details and request id', async () => {
    const world = createWorld();
    const { id } = await enqueued(world);
    await leased(world);
    const refused = await connected(world)
      .cancel(id)
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiClientError);
    expect(refused).toMatchObject({
      status: 409,
      code: 'message_in_flight',
      details: { status: 'unsent' },
      requestId: expect.stringMatching(/^[\w-]+$/),
      retryAfterMs: null,
    });
  });

  test('says when to come again', async () => {
    const world = createWorld();
    world.dispatcher.result = { kind: 'paused', reason: 'http_503', until: world.clock.now() + 7_000 };
    await expect(connected(world).dispatch()).rejects.toMatchObject({
      code: 'claiming_paused',
      retryAfterMs: 7_000,
    });
  });

  test.each([
    ['120', 120_000],
    ['Sun, 06 Nov 1994 08:51:37 GMT', 120_000],
    ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
    ['', null],
    ['-1', null],
    ['0x10', null],
    ['soon', null],
  ])('reads Retry-After "%s" by the clock of whoever sent it', async (header, retryAfterMs) => {
    const headers = { 'retry-after': header, date: 'Sun, 06 Nov 1994 08:49:37 GMT' };
    const client = new MessagingClient({
      url: 'http://localhost',
      fetch: async () => new Response('busy', { status: 503, headers }),
    });
    await expect(client.list()).rejects.toMatchObject({ retryAfterMs });
  });

  test('carries its API key', async () => {
    const world = createWorld({ apiKeys: ['key'] });
    await expect(connected(world).list()).rejects.toMatchObject({ status: 401, code: 'unauthorized' });
    expect((await connected(world, 'key').list()).items).toEqual([]);
  });

  test.each([
    [200, '<html>'],
    [502, 'Bad Gateway'],
    [404, '{"message":"no"}'],
  ])('knows an answer %i "%s" of somebody else', async (status, text) => {
    const client = new MessagingClient({
      url: 'http://localhost',
      fetch: async () => new Response(text, { status }),
    });
    await expect(client.list()).rejects.toMatchObject({ status, code: 'unreadable_answer' });
  });

  describe.each([301, 302, 303, 307, 308])('where a redirect %i answers', (status) => {
    test.each([
      ['its own fetch', undefined],
      ['one that follows all the same', (input: string | URL | Request) => fetch(input, { method: 'POST' })],
    ])('takes no answer from elsewhere for its own, with %s', async (_, ownFetch) => {
      const { url, asked } = await redirecting(status);
      const client = new MessagingClient({ url, ...(ownFetch === undefined ? {} : { fetch: ownFetch }) });
      const refused = expect(client.enqueue(HELLO)).rejects;
      await refused.toMatchObject({
        code: 'unreadable_answer',
        message: expect.stringContaining('redirect'),
      });
      if (ownFetch === undefined) expect(asked).toEqual(['POST /messages']);
    });
  });

  test('ends its calls by its signal', async () => {
    const signals: unknown[] = [];
    const ask: typeof fetch = async (_, init) => {
      signals.push(init?.signal);
      return Response.json({ items: [], nextCursor: null });
    };
    const { signal } = new AbortController();
    await new MessagingClient({ url: 'http://localhost', fetch: ask, signal }).list();
    expect(signals).toEqual([signal]);
  });
});

describe('the example of the README', () => {
  test('is what is run here', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const snippet = readFileSync(new URL('./readme/client.ts', import.meta.url), 'utf8');
    expect(readme).toContain(`\`\`\`ts\n${snippet}\`\`\``);
  });

  test('enqueues once, and tells what is wrong', async () => {
    const client = connected(createWorld());
    expect(await remind(client, PHONE)).toBe('unsent');
    expect(await remind(client, PHONE)).toBe('unsent');
    expect((await client.list()).items).toHaveLength(1);
    expect(await remind(client, 'nobody')).toBe('not a phone number');
  });
});
