import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listening, openProxy } from './http-proxy.ts';
import { OK_ANSWER, startRawServer } from './raw-server.ts';
import { SENDERS, sendOne } from './senders.ts';

describe.each(SENDERS)('%s with a proxy', (_, Sender) => {
  test('delivers through it', async () => {
    const got: unknown[] = [];
    const url = await listening(
      createServer((incoming, outgoing) => {
        got.push([incoming.method, incoming.url, incoming.headers['x-ins-auth-key']]);
        incoming.resume().on('end', () => outgoing.end('{"messageId":"via"}'));
      }),
    );
    const proxy = await openProxy();
    const sender = new Sender({ url: `${url}/hook?tenant=1`, proxy: proxy.url, apiKey: 'key' });
    expect(await sendOne(sender)).toEqual({ kind: 'accepted', webhookMessageId: 'via' });
    expect(got).toEqual([['POST', '/hook?tenant=1', 'key']]);
    expect(proxy.asked).toHaveLength(1);
    await sender.close();
  });

  test('skips an unasked 100 Continue of the proxy, and keeps to connections and keepAlive', async () => {
    const proxy = await startRawServer((socket) => {
      socket.write(`HTTP/1.1 100 Continue\r\n\r\n${OK_ANSWER}`);
    });
    const shared = { url: 'http://receiver.example/hook', proxy: proxy.url, connections: 1 };
    const keeping = new Sender(shared);
    const closing = new Sender({ ...shared, keepAlive: false });
    onTestFinished(async () => {
      await keeping.close();
      await closing.close();
      await proxy.close();
    });
    for (const outcome of await Promise.all([sendOne(keeping), sendOne(keeping), sendOne(keeping)]))
      expect(outcome).toEqual({ kind: 'accepted' });
    expect(proxy.connections()).toBe(1);
    for (const outcome of await Promise.all([sendOne(closing), sendOne(closing)]))
      expect(outcome).toEqual({ kind: 'accepted' });
    expect(proxy.connections()).toBe(3);
  });

  test('takes a proxy URL with a path, which means nothing', async () => {
    const sender = new Sender({ url: 'http://receiver.example/hook', proxy: 'http://127.0.0.1:1/proxy' });
    expect(await sendOne(sender)).toEqual({ kind: 'retryable', reason: 'proxy_connection_refused' });
    await sender.close();
  });

  test.each([
    ['http', { isEnvironment: false }],
    ['https', { isEnvironment: false }],
    ['http', { isEnvironment: true }],
    ['https', { isEnvironment: true }],
  ])('calls it certainly unsent when the proxy to %s is away %o', async (scheme, { isEnvironment }) => {
    const away = 'http://127.0.0.1:1';
    const proxy = isEnvironment ? { httpProxy: away, httpsProxy: away } : away;
    const sender = new Sender({ url: `${scheme}://receiver.example/hook`, proxy });
    expect(await sendOne(sender)).toEqual({ kind: 'retryable', reason: 'proxy_connection_refused' });
    await sender.close();
  });

  test.each([
    [407, 'down'],
    [403, 'down'],
    [502, undefined],
    [503, undefined],
    [504, undefined],
  ])('calls it certainly unsent when the proxy answers %i in place of a tunnel', async (status, endpoint) => {
    const { url, asked } = await openProxy(status);
    const sender = new Sender({ url: 'https://receiver.example/hook', proxy: url });
    const refused = { kind: 'retryable', reason: `proxy_http_${status}`, ...(endpoint && { endpoint }) };
    expect(await sendOne(sender)).toEqual(refused);
    expect(await sendOne(sender)).toEqual(refused);
    expect(asked).toEqual(Array(2).fill('CONNECT receiver.example:443'));
    await sender.close();
  });

  test('calls it certainly unsent when the proxy asks for a password in place of forwarding', async () => {
    const { url, asked } = await openProxy(407);
    const sender = new Sender({ url: 'http://receiver.example/hook', proxy: url });
    const refused = { kind: 'retryable', reason: 'proxy_http_407', endpoint: 'down' };
    expect(await sendOne(sender)).toEqual(refused);
    expect(await sendOne(sender)).toEqual(refused);
    expect(asked).toEqual(Array(2).fill('POST http://receiver.example/hook'));
    await sender.close();
  });

  test('reads no endless page of a proxy that asks for a password', async () => {
    const ended = Promise.withResolvers<void>();
    const proxy = await startRawServer((socket) => {
      socket.on('close', () => ended.resolve());
      socket.write('HTTP/1.1 407 No\r\ncontent-length: 1000000000\r\n\r\nno');
    });
    const sender = new Sender({ url: 'http://receiver.example/hook', proxy: proxy.url });
    expect(await sendOne(sender)).toMatchObject({ kind: 'retryable', reason: 'proxy_http_407' });
    await ended.promise;
    await sender.close();
    await proxy.close();
  });

  test('calls what a gateway may have passed on ambiguous when a proxy that forwards says so', async () => {
    const { url } = await openProxy(504);
    const sender = new Sender({ url: 'http://receiver.example/hook', proxy: url });
    expect(await sendOne(sender)).toEqual({ kind: 'ambiguous', reason: 'http_504' });
    await sender.close();
  });

  test.each([
    ['ends the connection', 'connection_reset', (socket: Socket) => socket.end()],
    ['resets it', 'connection_reset', (socket: Socket) => socket.resetAndDestroy()],
    ['answers no HTTP', 'bad_answer', (socket: Socket) => socket.end('hello\r\n\r\n')],
  ])(
    'calls it certainly unsent when the proxy %s before it has made a tunnel',
    async (_how, reason, hangUp) => {
      const proxy = await startRawServer(hangUp);
      const sender = new Sender({ url: 'https://receiver.example/hook', proxy: proxy.url });
      expect(await sendOne(sender)).toEqual({ kind: 'retryable', reason: `proxy_${reason}` });
      await sender.close();
      await proxy.close();
    },
  );

  test('calls it ambiguous when a proxy that forwards hangs up: it may have passed the request on', async () => {
    const proxy = await startRawServer((socket) => socket.end());
    const sender = new Sender({ url: 'http://receiver.example/hook', proxy: proxy.url });
    expect(await sendOne(sender)).toEqual({ kind: 'ambiguous', reason: 'connection_reset' });
    await sender.close();
    await proxy.close();
  });

  test('calls it certainly unsent when the proxy makes no tunnel in time', async () => {
    const proxy = await startRawServer(() => undefined);
    const sender = new Sender({ url: 'https://receiver.example/hook', proxy: proxy.url, timeoutMs: 300 });
    expect(await sendOne(sender)).toEqual({ kind: 'retryable', reason: 'connect_timeout' });
    await sender.close();
    await proxy.close();
  });

  test('fetches no token through a proxy that asks for a password', async () => {
    const { url } = await openProxy(407);
    for (const scheme of ['http', 'https']) {
      const auth = {
        kind: 'oauth2',
        tokenUrl: `${scheme}://tokens.example/token`,
        clientId: 'a',
        clientSecret: 'b',
      } as const;
      const sender = new Sender({ url: 'http://receiver.example/hook', proxy: url, auth });
      expect(await sendOne(sender)).toEqual({
        kind: 'retryable',
        reason: 'token_proxy_http_407',
        endpoint: 'down',
      });
      await sender.close();
    }
  });

  test.each([
    ['http://user:s3cret@proxy.example', /^proxy must not carry a user name/],
    ['socks5://proxy.example', /^proxy must begin with http/],
    ['proxy', /^proxy is not a URL/],
  ])('refuses %s', (proxy, problem) => {
    const make = (): unknown => new Sender({ url: 'http://receiver.example', proxy });
    expect(make).toThrow(expect.objectContaining({ problems: [expect.stringMatching(problem)] }));
  });

  test('refuses one together with the public address policy, which it could not keep', () => {
    const make = (): unknown =>
      new Sender({ url: 'http://r.example', proxy: 'http://proxy.example', addressPolicy: 'public' });
    expect(make).toThrow(/exclude each other/);
  });

  test('takes the proxy of an environment, also one that asks for a password, and reaches hosts of NO_PROXY without it', async () => {
    const got: string[] = [];
    const url = await listening(
      createServer((incoming, outgoing) => {
        got.push(incoming.url ?? '');
        incoming.resume().on('end', () => outgoing.end('{}'));
      }),
    );
    const { url: proxy, asked } = await openProxy();
    const httpProxy = proxy.replace('http://', 'http://ann:pass%20word@');
    const through = new Sender({ url: `${url}/through`, proxy: { httpProxy } });
    const past = new Sender({ url: `${url}/past`, proxy: { httpProxy, noProxy: 'example.org,127.0.0.1' } });
    const none = new Sender({ url: `${url}/none`, proxy: {} });
    onTestFinished(async () => {
      await Promise.all([through.close(), past.close(), none.close()]);
    });
    for (const sender of [through, past, none]) expect(await sendOne(sender)).toEqual({ kind: 'accepted' });
    expect(got).toEqual(['/through', '/past', '/none']);
    expect(asked).toEqual([`POST ${url}/through`]);
  });

  test('opens a tunnel through the proxy of an environment for https', async () => {
    const { url, asked } = await openProxy(403);
    const sender = new Sender({ url: 'https://receiver.example/hook', proxy: { httpsProxy: url } });
    expect(await sendOne(sender)).toMatchObject({ kind: 'retryable' });
    expect(asked).toEqual(['CONNECT receiver.example:443']);
    await sender.close();
  });

  test('refuses the proxy of an environment that is not a URL, or together with the public address policy', () => {
    const url = 'http://receiver.example';
    expect(() => new Sender({ url, proxy: { httpsProxy: 'proxy:3128' } })).toThrow(/proxy\.httpsProxy/);
    expect(() => new Sender({ url, proxy: {}, addressPolicy: 'public' })).toThrow(/exclude each other/);
  });
});
