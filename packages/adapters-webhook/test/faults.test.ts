import { once } from 'node:events';
import { createServer } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { startReceiver } from '@messaging-system/contract-tests';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { WebhookSenderOptions } from '../src/index.ts';
import { OK_ANSWER, startRawServer } from './raw-server.ts';
import { type ClosableSender, SENDERS, sendOne } from './senders.ts';

// Long enough that a machine with much else to do makes a connection within it.
const TIMEOUT_MS = 1_000;

describe.each(SENDERS)('faults met by %s', (_name, Sender) => {
  function open(options: WebhookSenderOptions): ClosableSender {
    const sender = new Sender({ timeoutMs: TIMEOUT_MS, ...options });
    onTestFinished(() => sender.close());
    return sender;
  }

  async function openRaw(
    onRequest: Parameters<typeof startRawServer>[0],
    options: Partial<WebhookSenderOptions> = {},
  ) {
    const server = await startRawServer(onRequest);
    onTestFinished(() => server.close());
    return { server, sender: open({ url: server.url, ...options }) };
  }

  test('a status of ambiguousStatuses is ambiguous, whatever it says of a later time', async () => {
    const receiver = await startReceiver();
    onTestFinished(() => receiver.close());
    await receiver.behave({ kind: 'answer', status: 503, headers: { 'retry-after': '7' } });
    const url = receiver.url;
    expect(await sendOne(open({ url, ambiguousStatuses: [503] }))).toEqual({
      kind: 'ambiguous',
      reason: 'http_503',
    });
    expect(await sendOne(open({ url }))).toMatchObject({ kind: 'retryable', retryAfterMs: 7_000 });
  });

  test('a port where nobody listens is retryable connection_refused', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    const port = typeof address === 'object' ? address?.port : 0;
    const sender = open({ url: `http://127.0.0.1:${port}` });
    expect(await sendOne(sender)).toEqual({ kind: 'retryable', reason: 'connection_refused' });
  });

  test('a name that does not exist is retryable dns', async () => {
    const sender = open({ url: 'http://receiver.invalid', timeoutMs: 10_000 });
    expect(await sendOne(sender)).toEqual({ kind: 'retryable', reason: 'dns' });
  });

  test('a TLS handshake with a plain HTTP port is retryable tls', async () => {
    const receiver = await startReceiver();
    onTestFinished(() => receiver.close());
    const sender = open({ url: receiver.url.replace('http:', 'https:'), timeoutMs: 5_000 });
    expect(await sendOne(sender)).toEqual({ kind: 'retryable', reason: 'tls' });
    expect(receiver.received()).toEqual([]);
  });

  test('a connection that is not made in time is retryable connect_timeout', async () => {
    const sender = open({ url: 'http://receiver.example', lookup: () => undefined });
    expect(await sendOne(sender)).toEqual({ kind: 'retryable', reason: 'connect_timeout' });
  });

  test('a message that waits for a free connection until its time is up is retryable pool_timeout and never written', async () => {
    let requests = 0;
    const { sender } = await openRaw(
      () => {
        requests += 1;
      },
      { connections: 1 },
    );
    const outcomes = await Promise.all([sendOne(sender), sendOne(sender)]);
    expect(outcomes).toEqual([
      { kind: 'ambiguous', reason: 'timeout' },
      { kind: 'retryable', reason: 'pool_timeout' },
    ]);
    // The next one gets the connection after them: what had given up is not written in between.
    expect(await sendOne(sender)).toEqual({ kind: 'ambiguous', reason: 'timeout' });
    expect(requests).toBe(2);
  });

  test('a message that gets its connection with hardly any time left is retryable and never written', async () => {
    let requests = 0;
    const { server } = await openRaw(() => {
      requests += 1;
    });
    const sender = open({
      url: `http://receiver.example:${server.port}`,
      timeoutMs: 600,
      lookup: (_hostname, _options, callback) => {
        setTimeout(() => callback(null, [{ address: '127.0.0.1', family: 4 }]), 570);
      },
    });
    expect(await sendOne(sender)).toEqual({ kind: 'retryable', reason: 'connect_timeout' });
    await expect.poll(() => server.connections()).toBe(1);
    expect(requests).toBe(0);
  });

  test('no answer in time is ambiguous timeout, and comes within 250 ms of it', async () => {
    const { sender } = await openRaw(() => undefined);
    const took: number[] = [];
    // A busy machine may be late once; a sender that is late is so each time.
    for (let sent = 0; sent < 3; sent += 1) {
      const start = performance.now();
      expect(await sendOne(sender)).toEqual({ kind: 'ambiguous', reason: 'timeout' });
      took.push(performance.now() - start);
    }
    expect(Math.min(...took)).toBeGreaterThanOrEqual(TIMEOUT_MS - 1);
    expect(Math.min(...took)).toBeLessThan(TIMEOUT_MS + 250);
  });

  test('a reset after the request is ambiguous connection_reset', async () => {
    const { sender } = await openRaw((socket) => socket.resetAndDestroy());
    expect(await sendOne(sender)).toEqual({ kind: 'ambiguous', reason: 'connection_reset' });
  });

  test('a close in the middle of the status line is ambiguous connection_reset', async () => {
    const { sender } = await openRaw((socket) => socket.end('HTTP/1.1 2'));
    expect(await sendOne(sender)).toEqual({ kind: 'ambiguous', reason: 'connection_reset' });
  });

  test('a kept connection that the server closes as the request arrives is ambiguous', async () => {
    let answered = false;
    const { sender, server } = await openRaw((socket) => {
      if (answered) socket.end();
      else socket.write(OK_ANSWER);
      answered = true;
    });
    expect(await sendOne(sender)).toEqual({ kind: 'accepted' });
    // undici keeps a connection from its next request until a turn of the event loop has shown no close.
    await turn();
    expect(await sendOne(sender)).toEqual({ kind: 'ambiguous', reason: 'connection_reset' });
    expect(server.connections()).toBe(1);
  });

  test('a kept connection that the server has closed is replaced by another', async () => {
    const closed: Promise<unknown>[] = [];
    const { sender, server } = await openRaw((socket) => {
      socket.write(OK_ANSWER, () => socket.end());
      closed.push(once(socket, 'close'));
    });
    expect(await sendOne(sender)).toEqual({ kind: 'accepted' });
    await Promise.all(closed);
    await turn();
    expect(await sendOne(sender)).toEqual({ kind: 'accepted' });
    expect(server.connections()).toBe(2);
  });

  test.each([
    ['what is not HTTP', '220 mail.example ESMTP\r\n\r\n'],
    ['a header line without a name', 'HTTP/1.1 200 OK\r\n: none\r\n\r\n'],
    ['headers without an end', `HTTP/1.1 200 OK\r\na: ${'a'.repeat(100_000)}`],
    ['an upgrade that nobody asked for', 'HTTP/1.1 101 Up\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'],
  ])('%s for an answer is ambiguous bad_answer', async (_what, answer) => {
    const { sender } = await openRaw((socket) => socket.write(answer));
    expect(await sendOne(sender)).toEqual({ kind: 'ambiguous', reason: 'bad_answer' });
  });

  test('a status line is waited for after informational ones', async () => {
    const { sender } = await openRaw((socket) =>
      socket.write(
        `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${OK_ANSWER}`,
      ),
    );
    expect(await sendOne(sender)).toEqual({ kind: 'accepted' });
  });

  test.each([
    ['at once', ['HTTP/1.1 100 Continue\r\n\r\n', OK_ANSWER]],
    ['with headers, twice', ['HTTP/1.1 100 Continue\r\nx: y\r\n\r\nHTTP/1.1 100 C\r\n\r\n', OK_ANSWER]],
    [
      'after early hints',
      ['HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 100 C\r\n\r\n', OK_ANSWER],
    ],
    ['byte by byte', [...`HTTP/1.1 100 Continue\r\n\r\n${OK_ANSWER}`]],
    ['in HTTP/1.0', ['HTTP/1.0 100 Continue\r\n\r\n', OK_ANSWER]],
  ])('an unasked 100 Continue is skipped: %s', async (_how, parts) => {
    const { sender, server } = await openRaw(async (socket) => {
      socket.setNoDelay(true);
      for (const part of parts) {
        socket.write(part);
        await turn();
      }
    });
    expect(await sendOne(sender)).toEqual({ kind: 'accepted' });
    await turn();
    expect(await sendOne(sender)).toEqual({ kind: 'accepted' });
    expect(server.connections()).toBe(1);
  });

  test('a body that looks like an informational response is kept as it is', async () => {
    const body = '{"messageId":"HTTP/1.1 100 Continue"}';
    const { sender } = await openRaw(async (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 14)}`);
      await turn();
      socket.write(body.slice(14));
    });
    expect(await sendOne(sender)).toEqual({ kind: 'accepted', webhookMessageId: 'HTTP/1.1 100 Continue' });
  });

  test('a second answer to one request is not taken for the answer to the next', async () => {
    let requests = 0;
    const { sender } = await openRaw((socket) => {
      requests += 1;
      socket.write(requests === 1 ? OK_ANSWER + OK_ANSWER : 'HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n');
    });
    expect(await sendOne(sender)).toEqual({ kind: 'accepted' });
    expect(await sendOne(sender)).toEqual({ kind: 'retryable', reason: 'http_500' });
  });

  test('an id that a header can not carry is permanent, and nothing is sent', async () => {
    const receiver = await startReceiver();
    onTestFinished(() => receiver.close());
    const sender = open({ url: receiver.url });
    for (const id of ['', 'a\r\nb: c', ' a', 'a ', 'ı', '\u0000']) {
      expect(await sendOne(sender, { message: { id } })).toEqual({ kind: 'permanent', reason: 'invalid_id' });
    }
    expect(await sendOne(sender, { message: { id: 'outbox 7/8:9' } })).toMatchObject({ kind: 'accepted' });
    expect(receiver.received().map(({ headers }) => headers['webhook-id'])).toEqual(['outbox 7/8:9']);
  });

  test('a body that can not be built is retryable, and nothing is sent', async () => {
    const receiver = await startReceiver();
    onTestFinished(() => receiver.close());
    const bodies: readonly (() => unknown)[] = [
      () => {
        throw new Error('broken');
      },
      () => undefined,
      () => 1n,
    ];
    for (const buildBody of bodies) {
      const sender = open({ url: receiver.url, buildBody });
      expect(await sendOne(sender)).toEqual({
        kind: 'retryable',
        reason: 'body_not_built',
        error: expect.any(Error),
      });
    }
    expect(receiver.received()).toEqual([]);
  });
});
