import { describe, expect, onTestFinished, test } from 'vitest';
import { AbortWatch } from '../src/abort-watch.ts';
import { startRawServer } from './raw-server.ts';
import { SENDERS, sendOne } from './senders.ts';

describe.each(SENDERS)('an abort of %s', (_name, Sender) => {
  async function open(onRequest: Parameters<typeof startRawServer>[0], lookup?: (hostname: string) => void) {
    const server = await startRawServer(onRequest);
    const url = lookup === undefined ? server.url : 'http://receiver.example';
    // Beyond the test's own time-out: what ends a call here is its signal.
    const sender = new Sender({ url, timeoutMs: 60_000, lookup });
    onTestFinished(async () => {
      await server.close();
      await sender.close();
    });
    return sender;
  }

  test('before the call is retryable', async () => {
    const sender = await open(() => undefined);
    expect(await sendOne(sender, { signal: AbortSignal.abort() })).toEqual({
      kind: 'retryable',
      reason: 'aborted',
    });
  });

  test('while connecting is retryable', async () => {
    const controller = new AbortController();
    const sender = await open(
      () => undefined,
      () => controller.abort(),
    );
    expect(await sendOne(sender, { signal: controller.signal })).toEqual({
      kind: 'retryable',
      reason: 'aborted',
    });
  });

  test('after the request has arrived is ambiguous', async () => {
    const controller = new AbortController();
    const sender = await open(() => controller.abort());
    expect(await sendOne(sender, { signal: controller.signal })).toEqual({
      kind: 'ambiguous',
      reason: 'aborted',
    });
  });

  test('while the body of an answer comes goes by the status line', async () => {
    const controller = new AbortController();
    const sender = await open((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"messageId":"a"', () => {
        setTimeout(() => controller.abort(), 50);
      });
    });
    expect(await sendOne(sender, { signal: controller.signal })).toEqual({ kind: 'accepted' });
  });
});

describe('AbortWatch', () => {
  test('listens once for all the calls of a signal, and not at all after the last', () => {
    const { signal, listeners } = countingSignal();
    const watch = new AbortWatch();
    const calls = [1, 2, 3].map(() => ({ abort: () => undefined }));
    for (const call of calls) watch.add(signal, call);
    expect(listeners()).toBe(1);
    for (const call of calls) watch.delete(signal, call);
    expect(listeners()).toBe(0);
  });

  test('aborts the calls of the signal that aborts, and of no other', () => {
    const watch = new AbortWatch();
    const [one, other] = [new AbortController(), new AbortController()];
    const aborted: string[] = [];
    watch.add(one.signal, { abort: () => aborted.push('a') });
    watch.add(one.signal, { abort: () => aborted.push('b') });
    watch.add(other.signal, { abort: () => aborted.push('c') });
    one.abort();
    expect(aborted).toEqual(['a', 'b']);
  });
});

function countingSignal() {
  const listening = new Set<() => void>();
  return {
    listeners: () => listening.size,
    signal: {
      aborted: false,
      addEventListener: (_type: 'abort', listener: () => void) => void listening.add(listener),
      removeEventListener: (_type: 'abort', listener: () => void) => void listening.delete(listener),
    },
  };
}
