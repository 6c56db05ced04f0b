import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { WebhookSenderOptions } from '../src/index.ts';
import { startRawServer } from './raw-server.ts';
import { SENDERS, sendOne } from './senders.ts';

const TIMEOUT_MS = 200;
const CALLS = 20;
const HEAD = 'HTTP/1.1 202 Accepted\r\ncontent-length: 18\r\n\r\n';
const BODY = '{"messageId":"a1"}';
const ACCEPTED = { kind: 'accepted', webhookMessageId: 'a1' };

/**
 * Does nothing at all for so long, as a process that is frozen or an application that computes. Begun where the event loop looks at its timers next, and
 * at its sockets after them.
 */
async function block(before: () => void, ms: number): Promise<void> {
  await turn();
  before();
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe.each(SENDERS)('a process that is held up until the time of %s is over', (_name, Sender) => {
  async function open(options: Partial<WebhookSenderOptions> = {}) {
    const sockets: Socket[] = [];
    const server = await startRawServer((socket) => sockets.push(socket));
    const sender = new Sender({ url: server.url, timeoutMs: TIMEOUT_MS, ...options });
    onTestFinished(async () => {
      await sender.close();
      await server.close();
    });
    /** Calls that have all arrived. */
    const calls = async (count: number, signal = new AbortController().signal) => {
      const sending = Promise.all(Array.from({ length: count }, () => sendOne(sender, { signal })));
      await expect.poll(() => sockets.length, { interval: 2 }).toBe(count);
      return { sending };
    };
    return { sockets, calls };
  }

  test('takes every answer that is waiting in its socket', async () => {
    const { sockets, calls } = await open({ timeoutMs: 600 });
    const { sending } = await calls(CALLS);
    await block(() => {
      for (const socket of sockets) socket.write(HEAD + BODY);
    }, 800);
    expect(await sending).toEqual(Array.from({ length: CALLS }, () => ACCEPTED));
  });

  test('takes an answer whose head is waiting and whose body comes a moment later', async () => {
    const { sockets, calls } = await open({ timeoutMs: 600 });
    const { sending } = await calls(1);
    await block(() => sockets[0]?.write(HEAD), 800);
    await wait(20);
    sockets[0]?.write(BODY);
    expect(await sending).toEqual([ACCEPTED]);
  });

  test('takes the body that is waiting of an answer whose head it had read', async () => {
    const { sockets, calls } = await open({ timeoutMs: 5_000 });
    const { sending } = await calls(1);
    await new Promise((resolve) => sockets[0]?.write(HEAD, resolve));
    await wait(50);
    await block(() => sockets[0]?.write(BODY), 1_200);
    expect(await sending).toEqual([ACCEPTED]);
  });

  test('takes an answer that is waiting when its signal aborts', async () => {
    const { sockets, calls } = await open({ timeoutMs: 5_000 });
    const controller = new AbortController();
    const { sending } = await calls(1, controller.signal);
    sockets[0]?.write(HEAD + BODY);
    controller.abort();
    expect(await sending).toEqual([ACCEPTED]);
  });

  test('calls a time-out what has no answer waiting, and writes nothing for what waits for a connection', async () => {
    const { sockets, calls } = await open({ connections: 1, timeoutMs: 400 });
    const { sending } = await calls(1);
    const [socket] = sockets;
    await block(() => undefined, 500);
    expect(await sending).toEqual([{ kind: 'ambiguous', reason: 'timeout' }]);
    if (socket?.destroyed === false) await once(socket, 'close');
  });
});
