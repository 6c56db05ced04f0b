import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { accept, CountingReceiver } from '../support/counting-receiver.ts';
import { ServerProcess } from '../support/server-process.ts';
import { sqliteStore } from '../support/stores.ts';
import { until } from '../support/until.ts';

interface Answer {
  readonly title: string;
  readonly answer: (response: ServerResponse, socket: Socket) => void;
  readonly ends: 'sent' | 'failed' | 'unknown';
  readonly attempts: number;
}

const ATTEMPTS = 2;

const ANSWERS: readonly Answer[] = [
  { title: '500', answer: (r) => r.writeHead(500).end(), ends: 'failed', attempts: ATTEMPTS },
  { title: '429', answer: (r) => r.writeHead(429).end(), ends: 'failed', attempts: ATTEMPTS },
  { title: '400', answer: (r) => r.writeHead(400).end(), ends: 'failed', attempts: 1 },
  {
    title: '302',
    answer: (r) => r.writeHead(302, { location: '/elsewhere' }).end(),
    ends: 'failed',
    attempts: 1,
  },
  { title: '502', answer: (r) => r.writeHead(502).end(), ends: 'unknown', attempts: ATTEMPTS },
  { title: 'nothing at all', answer: () => undefined, ends: 'unknown', attempts: ATTEMPTS },
  {
    title: 'a reset before the answer',
    answer: (_r, socket) => socket.resetAndDestroy(),
    ends: 'unknown',
    attempts: ATTEMPTS,
  },
  {
    title: '5 MB of body',
    answer: (r) => r.writeHead(200).end(Buffer.alloc(5 << 20, 'x')),
    ends: 'sent',
    attempts: 1,
  },
  {
    title: 'broken JSON',
    answer: (r) => r.writeHead(200, { 'content-type': 'application/json' }).end('{"messageId": '),
    ends: 'sent',
    attempts: 1,
  },
];

const QUICK = {
  PROCESSOR_DRAIN: 'true',
  PROCESSOR_INTERVAL: '50ms',
  PROCESSOR_CONCURRENCY: '4',
  PROCESSOR_LEASE: '5s',
  CLIENT_TIMEOUT: '500ms',
  RETRY_MAX_ATTEMPTS: String(ATTEMPTS),
  RETRY_BASE_DELAY: '20ms',
} as const;

describe('a receiver that answers', () => {
  test.each(ANSWERS)(
    '$title: the message ends as $ends, and the queue behind it moves',
    async ({ answer, ends, attempts }) => {
      await using store = await sqliteStore();
      await using receiver = await CountingReceiver.start((delivery, response, socket) => {
        if (delivery.content === 'awkward') answer(response, socket);
        else accept(delivery, response, socket);
      });
      await using server = await ServerProcess.start(
        { ...store.environment, ...QUICK, CLIENT_URL: receiver.url },
        store.folder,
      );
      const awkward = await enqueue(server, 'awkward');
      const behind = await Promise.all(['one', 'two', 'three'].map((content) => enqueue(server, content)));

      await until('the queue behind is sent', async () => {
        const storedStates = await store.storedStates();
        return behind.every((id) => storedStates[id]?.status === 'sent');
      });
      await until(`it is ${ends}`, async () => (await store.storedStates())[awkward]?.status === ends);
      expect((await store.storedStates())[awkward]?.attempts).toBe(attempts);
      expect(receiver.countOf(awkward)).toBe(attempts);
    },
  );

  test('429 with Retry-After: it is asked again until it takes the message, which costs no attempt', async () => {
    await using store = await sqliteStore();
    await using receiver = await CountingReceiver.start((delivery, response, socket) => {
      if (delivery.nth > ATTEMPTS) accept(delivery, response, socket);
      else response.writeHead(429, { 'retry-after': '1' }).end();
    });
    await using server = await ServerProcess.start(
      { ...store.environment, ...QUICK, CLIENT_URL: receiver.url },
      store.folder,
    );
    const id = await enqueue(server, 'one');
    await until('it is sent', async () => (await store.storedStates())[id]?.status === 'sent');
    expect((await store.storedStates())[id]?.attempts).toBe(1);
    expect(receiver.countOf(id)).toBe(ATTEMPTS + 1);
  });

  test('410: delivery stops until it is started again', async () => {
    await using store = await sqliteStore();
    await using receiver = await CountingReceiver.start((_delivery, response) =>
      response.writeHead(410).end(),
    );
    await using server = await ServerProcess.start(
      { ...store.environment, ...QUICK, PROCESSOR_CONCURRENCY: '1', CLIENT_URL: receiver.url },
      store.folder,
    );
    const gone = await enqueue(server, 'one');
    await until('it is failed', async () => (await store.storedStates())[gone]?.status === 'failed');
    const behind = await enqueue(server, 'two');
    // The breaker is open, so each tick passes without a claim: wait for a few of them.
    const status = await server.get<{ readonly breaker: { readonly state: string } }>('/processor');
    expect(status.body.breaker.state).toBe('open');
    expect((await server.post('/processor/dispatch')).status).toBe(409);
    expect(receiver.countOf(behind)).toBe(0);

    receiver.behave(accept);
    await server.post('/processor/start');
    await until('it is sent', async () => (await store.storedStates())[behind]?.status === 'sent');
  });
});

async function enqueue(server: ServerProcess, content: string): Promise<string> {
  const { body } = await server.post<{ readonly id: string }>('/messages', {
    phoneNumber: '+905551234567',
    content,
  });
  return body.id;
}
