import { once } from 'node:events';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { WebhookSenderOptions } from '../src/index.ts';
import { OK_ANSWER, startRawServer } from './raw-server.ts';
import { SENDERS, sendOne } from './senders.ts';

describe.each(SENDERS)('connections of %s', (_name, Sender) => {
  async function open(
    onRequest: Parameters<typeof startRawServer>[0],
    options: Partial<WebhookSenderOptions> = {},
  ) {
    const server = await startRawServer(onRequest);
    const sender = new Sender({ url: server.url, timeoutMs: 1_000, ...options });
    onTestFinished(async () => {
      await sender.close();
      await server.close();
    });
    return { server, sender };
  }

  test('are kept and used again', async () => {
    const { server, sender } = await open((socket) => socket.write(OK_ANSWER));
    for (let sent = 0; sent < 20; sent += 1) {
      expect(await sendOne(sender)).toEqual({ kind: 'accepted' });
      // undici keeps a connection from its next request until a turn of the event loop has shown no close.
      await turn();
    }
    expect(server.connections()).toBe(1);
  });

  test('are kept after refusals with a body', async () => {
    const refusal = 'HTTP/1.1 500 No\r\ncontent-length: 1000\r\n\r\n'.padEnd(1_045, 'x').slice(0, 1_041);
    const { server, sender } = await open((socket) => socket.write(refusal));
    for (let sent = 0; sent < 5; sent += 1) {
      expect(await sendOne(sender)).toEqual({ kind: 'retryable', reason: 'http_500' });
      await turn();
    }
    expect(server.connections()).toBe(1);
  });

  test('are closed after each response without keepAlive, and the request says so', async () => {
    const heads: string[] = [];
    const { server, sender } = await open(
      (socket, chunk) => {
        heads.push(chunk.toString());
        socket.write(OK_ANSWER);
      },
      { keepAlive: false },
    );
    for (let sent = 0; sent < 3; sent += 1) expect(await sendOne(sender)).toEqual({ kind: 'accepted' });
    expect(server.connections()).toBe(3);
    for (const head of heads) expect(head).toContain('connection: close');
  });

  test('are at most as many as allowed', async () => {
    const { server, sender } = await open((socket) => socket.write(OK_ANSWER), { connections: 3 });
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => sendOne(sender)));
    expect(outcomes).toEqual(outcomes.map(() => ({ kind: 'accepted' })));
    expect(server.connections()).toBe(3);
  });

  test('are closed by the sender when they have been idle, sooner than the usual servers do it', async () => {
    const closed: Promise<unknown>[] = [];
    const { sender } = await open((socket) => {
      closed.push(once(socket, 'end'));
      socket.write(OK_ANSWER);
    });
    expect(await sendOne(sender)).toEqual({ kind: 'accepted' });
    // Node's own server waits for five seconds.
    const first = [closed[0]?.then(() => 'the sender'), sleep(5_000, 'a server', { ref: false })];
    expect(await Promise.race(first)).toBe('the sender');
  });

  test('are closed by close, which lets the calls under way have their outcome first', async () => {
    let answer: () => void = () => undefined;
    const closed: Promise<unknown>[] = [];
    const arrived = Promise.withResolvers<void>();
    const { sender } = await open((socket) => {
      closed.push(once(socket, 'close'));
      answer = () => socket.write(OK_ANSWER);
      arrived.resolve();
    });
    const sending = sendOne(sender);
    await arrived.promise;
    const closing = sender.close();
    answer();
    expect(await sending).toEqual({ kind: 'accepted' });
    await closing;
    await Promise.all(closed);
    expect(await sendOne(sender)).toEqual({ kind: 'retryable', reason: 'closed' });
    await sender.close();
  });

  test('are closed within the time-out although the receiver hangs', async () => {
    const { sender } = await open(() => undefined, { timeoutMs: 1_000 });
    const sending = sendOne(sender);
    await sender.close();
    expect(await sending).toMatchObject({ kind: expect.stringMatching('ambiguous|retryable') });
  });
});
