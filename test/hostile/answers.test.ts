import { createServer, type Socket } from 'node:net';
import { SqliteStore } from '@messaging-system/adapters-sqlite';
import { KyWebhookSender, UndiciWebhookSender } from '@messaging-system/adapters-webhook';
import { Messages } from '@messaging-system/core';
import { SystemClock } from '@messaging-system/core/system-clock';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deliverAll } from './support/deliver-all.ts';
import { cases, FUZZ_TIMEOUT_MS } from './support/fuzz.ts';

const TIMEOUT_MS = 150;

interface Answer {
  readonly bytes: Buffer;
  readonly ending: 'stay' | 'end' | 'reset';
}

const header = fc.oneof(
  fc.constantFrom(
    'content-length: 3',
    'content-length: -1',
    'content-length: 99999999999999999999',
    'transfer-encoding: chunked',
    'connection: upgrade',
    'retry-after: 99999999999',
    'retry-after: Thu, 01 Jan 1970 00:00:00 GMT',
    'location: http://169.254.169.254/',
    'set-cookie: a=b',
    '__proto__: x',
    `x: ${'y'.repeat(20_000)}`,
  ),
  fc.string({ unit: 'binary-ascii', maxLength: 40 }),
);
const body = fc.oneof(
  fc.json(),
  fc.constantFrom(
    '{"messageId":"\\u001b[2J\\nforged"}',
    `{"messageId":"${'x'.repeat(5_000)}"}`,
    '{"messageId":{"$gt":""}}',
    '{"messageId":1e400}',
    '{"messageId":"\\ud83d"}',
    '['.repeat(50_000),
    'x'.repeat(200_000),
  ),
);
const nearlyAnswer = fc
  .record({
    version: fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/9.9', 'ICY'),
    status: fc.oneof(
      fc.constantFrom('200', '202', '204', '100', '301', '500'),
      // A 410 stops delivery until an operator starts it, which has a test of its own.
      fc
        .integer({ min: 0, max: 1_200 })
        .filter((status) => status !== 410)
        .map(String),
    ),
    headers: fc.array(header, { maxLength: 4 }),
    body,
  })
  .map(({ version, status, headers, body: text }) =>
    [`${version} ${status} x`, ...headers, '', text].join('\r\n'),
  );
const anyAnswer: fc.Arbitrary<Answer> = fc.record({
  bytes: fc.oneof(
    { weight: 4, arbitrary: nearlyAnswer.map((text) => Buffer.from(text, 'latin1')) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  ),
  ending: fc.constantFrom('stay', 'end', 'end', 'reset'),
});

/** Gives each request the next of the answers, whatever it asks for. */
async function withReceiver(answers: readonly Answer[], use: (url: string) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>();
  let n = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => {
      const answer = answers[n % answers.length];
      n += 1;
      if (answer === undefined) return;
      socket.write(answer.bytes, () => {
        if (answer.ending === 'end') socket.end();
        if (answer.ending === 'reset') socket.resetAndDestroy();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver is bound to no port');
  try {
    await use(`http://127.0.0.1:${address.port}/`);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe.each([
  ['ky', KyWebhookSender],
  ['undici', UndiciWebhookSender],
] as const)('a receiver that answers anything to %s', (_, Sender) => {
  test(
    'costs no message, holds up none, and makes none `sent` without a 2xx',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(anyAnswer, { minLength: 1, maxLength: 8 }),
          fc.constantFrom('resend' as const, 'hold' as const),
          async (answers, ambiguity) => {
            const store = await SqliteStore.open({ path: ':memory:' });
            const messages = new Messages({ repository: store.messages, clock: new SystemClock() });
            const requests = answers.map((_answer, n) => ({
              phoneNumber: '+905551111111',
              content: `n ${n}`,
            }));
            await messages.enqueueMany(requests);
            await withReceiver(answers, async (url) => {
              const sender = new Sender({ url, timeoutMs: TIMEOUT_MS });
              const { messages: repository, sentCache } = store;
              try {
                await deliverAll({ repository, sentCache, sender, ambiguity });
              } finally {
                await sender.close();
              }
            });
            const page = await store.messages.list({ limit: 100 });
            if (page.kind !== 'page') throw new Error('the list was refused');
            expect(page.items).toHaveLength(answers.length);
            const has2xx = answers.some(({ bytes }) => /HTTP\/1\.[01] 2\d\d/.test(bytes.toString('latin1')));
            for (const { status, reason, webhookMessageId } of page.items) {
              expect(['sent', 'failed', 'unknown']).toContain(status);
              if (status === 'sent') expect(has2xx).toBe(true);
              else expect(reason).toMatch(/^[a-z][a-z0-9_]+$/);
              expect(webhookMessageId?.length ?? 0).toBeLessThanOrEqual(1_024);
            }
            await store.close();
          },
        ),
        cases(30),
      );
    },
    FUZZ_TIMEOUT_MS,
  );

  test('is started again by an operator after each 410 that stopped it, and costs no other message', async () => {
    const answer = (head: string): Answer => ({
      bytes: Buffer.from(`HTTP/1.1 ${head}\r\ncontent-length: 0\r\n\r\n`),
      ending: 'stay',
    });
    const gone = answer('410 Gone');
    const taken = answer('202 Accepted');
    const store = await SqliteStore.open({ path: ':memory:' });
    const messages = new Messages({ repository: store.messages, clock: new SystemClock() });
    const request = { phoneNumber: '+905551111111', content: 'Hello' };
    await messages.enqueueMany([request, request, request]);
    await withReceiver([gone, gone, gone, ...Array<Answer>(20).fill(taken)], async (url) => {
      // Long enough for a busy machine: a send that times out is made again, and asks for one more answer.
      const sender = new Sender({ url, timeoutMs: 4_000 });
      const { messages: repository, sentCache } = store;
      const ambiguity = 'resend';
      await deliverAll({ repository, sentCache, sender, ambiguity });
      await sender.close();
    });
    // The first was sent as any message is. Later sends only asked whether the endpoint is back.
    expect(await store.messages.counts()).toMatchObject({ failed: { count: 1 }, sent: { count: 2 } });
    await store.close();
  });
});
