import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startRawServer } from './raw-server.ts';
import { SENDERS, sendOne } from './senders.ts';

const TIMEOUT_MS = 100;

// Bytes of any kind, and bytes that are nearly an answer: those get further into the parser.
const anyHeader = fc.oneof(
  fc.constantFrom(
    'content-length: 3',
    'content-length: -1',
    'content-length: 99999999999999999999',
    'transfer-encoding: chunked',
    'connection: close',
    'connection: upgrade',
    'retry-after: 1e9',
    'keep-alive: timeout=0',
    '__proto__: x',
  ),
  fc.string({ maxLength: 40 }),
);
const nearlyAnswer = fc
  .record({
    version: fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/2', 'HTTP/9.9', 'ICY'),
    status: fc.oneof(fc.integer({ min: 0, max: 1_200 }).map(String), fc.string({ maxLength: 4 })),
    headers: fc.array(anyHeader, { maxLength: 5 }),
    end: fc.constantFrom('\r\n\r\n', '\n\n', '\r\n', ''),
    body: fc.uint8Array({ maxLength: 60 }),
  })
  .map(({ version, status, headers, end, body }) =>
    Buffer.concat([Buffer.from(`${[`${version} ${status} x`, ...headers].join('\r\n')}${end}`), body]),
  );
const anyBytes = fc.oneof(
  nearlyAnswer,
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);
const behaviour = fc.record({ bytes: anyBytes, ending: fc.constantFrom('stay', 'end', 'reset') });

describe.each(SENDERS)('%s', (_name, Sender) => {
  test('answers in time with one of the four outcomes whatever bytes come for an answer', async () => {
    let current = { bytes: Buffer.alloc(0), ending: 'stay' };
    const server = await startRawServer((socket) => {
      const { bytes, ending } = current;
      socket.write(bytes, () => {
        if (ending === 'end') socket.end();
        if (ending === 'reset') socket.resetAndDestroy();
      });
    });
    const sender = new Sender({ url: server.url, timeoutMs: TIMEOUT_MS });
    onTestFinished(async () => {
      await sender.close();
      await server.close();
    });
    await fc.assert(
      fc.asyncProperty(behaviour, async (next) => {
        current = next;
        const start = performance.now();
        const outcome = await sendOne(sender);
        expect(['accepted', 'retryable', 'permanent', 'ambiguous']).toContain(outcome.kind);
        // A busy machine may be late; a hang would be far later.
        expect(performance.now() - start).toBeLessThan(TIMEOUT_MS + 2_000);
        if (outcome.kind === 'accepted') expect(next.bytes.toString('latin1')).toMatch(/^HTTP\/\d\.\d 2\d\d/);
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
