import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ServerProcess } from '../../evidence/support/server-process.ts';
import { TemporaryFolder } from '../../evidence/support/temporary-folder.ts';
import { until } from '../../evidence/support/until.ts';
import { cases, FUZZ_TIMEOUT_MS } from './support/fuzz.ts';
import { rawExchange } from './support/raw-exchange.ts';

// One process for all: what one of these requests does to it, the next one shows.
let folder: TemporaryFolder;
let server: ServerProcess;
const REQUEST_MS = 1_000;
// The limit, the time between two looks for it, and a busy machine.
const CUT_MS = REQUEST_MS + 4_000;
const BODY_BYTES = 4_096;
const CONNECTIONS = 300;

beforeAll(async () => {
  folder = await TemporaryFolder.make();
  server = await ServerProcess.start(
    {
      SERVER_REQUEST_TIMEOUT: `${REQUEST_MS}ms`,
      SERVER_STALL_TIMEOUT: '3s',
      SERVER_KEEP_ALIVE_TIMEOUT: '1s',
      SERVER_MAX_BODY_BYTES: String(BODY_BYTES),
      SERVER_MAX_HEADER_BYTES: '2048',
      SERVER_MAX_CONNECTIONS: String(CONNECTIONS),
    },
    folder.path,
  );
});

afterAll(async () => {
  await server?.kill9();
  await folder?.[Symbol.asyncDispose]();
});

const HOST = 'Host: localhost\r\n';
const CLOSE = 'connection: close\r\n';
const json = (framing: string): string =>
  `POST /messages HTTP/1.1\r\n${HOST}content-type: application/json\r\n${framing}\r\n\r\n`;

async function expectAlive(): Promise<void> {
  expect((await server.get('/healthz')).status).toBe(200);
}

describe('bytes that are not HTTP', () => {
  test.each([
    ['a TLS hello', '\x16\x03\x01\x02\x00\x01\x00'],
    ['HTTP/2 by prior knowledge', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a method that is none', `BREW / HTTP/1.1\r\n${HOST}\r\n`],
    ['a NUL in the target', `GET /heal\0thz HTTP/1.1\r\n${HOST}\r\n`],
    ['a NUL in a header', `GET /healthz HTTP/1.1\r\n${HOST}x: a\0b\r\n\r\n`],
    ['bytes that are no UTF-8 in the target', `GET /\xff\xfe HTTP/1.1\r\n${HOST}\r\n`],
    ['lines without CR', 'GET /healthz HTTP/1.1\nHost: localhost\n\n'],
    ['a folded header', `GET /healthz HTTP/1.1\r\n${HOST}x: a\r\n b\r\n\r\n`],
    ['no Host', 'GET /healthz HTTP/1.1\r\n\r\n'],
  ])('%s gets 400 and is closed', async (_, bytes) => {
    const { status, closedAfterMs } = await rawExchange(server.url, bytes, { withinMs: CUT_MS });
    expect(status).toBe(400);
    expect(closedAfterMs).not.toBeNull();
    await expectAlive();
  });

  test.each([
    ['GET /healthz HTTP/1.0\r\n\r\n', 200],
    ['HEAD /healthz HTTP/1.0\r\n\r\n', 200],
    ['GET /readyz HTTP/1.0\r\n\r\n', 200],
    ['OPTIONS / HTTP/1.0\r\n\r\n', 204],
  ])('a health check that asks %j gets %i', async (bytes, expected) => {
    const { status, closedAfterMs } = await rawExchange(server.url, bytes, { withinMs: CUT_MS });
    expect(status).toBe(expected);
    expect(closedAfterMs).not.toBeNull();
  });

  test.each([
    ['a length and chunks', json('content-length: 4\r\ntransfer-encoding: chunked'), '0\r\n\r\n'],
    ['chunks that are not last', json('transfer-encoding: chunked, identity'), '0\r\n\r\n'],
    ['chunks by another name', json('transfer-encoding: xchunked'), '0\r\n\r\n'],
    ['a space before the colon', json('transfer-encoding : chunked'), '0\r\n\r\n'],
    ['two lengths', json('content-length: 2\r\ncontent-length: 5'), '{}'],
    ['a length with a sign', json('content-length: +2'), '{}'],
    ['a chunk with a negative size', json('transfer-encoding: chunked'), '-1\r\n'],
    ['a chunk of more than any number', json('transfer-encoding: chunked'), 'FFFFFFFFFFFFFFFFF\r\n'],
  ])(
    '%s, which a proxy in front may read otherwise, smuggles no second request in',
    async (_, head, body) => {
      const smuggled = `GET /processor HTTP/1.1\r\n${HOST}${CLOSE}\r\n`;
      const { text, status, closedAfterMs } = await rawExchange(server.url, head + body + smuggled);
      expect(status).toBe(400);
      expect(closedAfterMs).not.toBeNull();
      expect(text).not.toContain('"breaker"');
    },
  );

  test('a body never becomes a second request, whatever is in it', async () => {
    const inner = `GET /processor HTTP/1.1\r\n${HOST}\r\n`;
    const outer = `POST /healthz HTTP/1.1\r\n${HOST}${CLOSE}content-length: ${inner.length}\r\n\r\n${inner}`;
    const { text, status } = await rawExchange(server.url, outer);
    expect(status).toBe(405);
    expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });
});

describe('what is HTTP and leads nowhere', () => {
  test.each([
    ['a Host with a space', 'GET /healthz', 'Host: a b'],
    ['a Host that is half an address', 'GET /healthz', 'Host: ['],
    ['a Host with a user', 'GET /healthz', 'Host: user@localhost'],
    ['an empty Host', 'GET /healthz', 'Host:'],
    ['a backslash', 'GET /messages\\x', 'Host: localhost'],
    ['another scheme', 'GET ftp://x/', 'Host: localhost'],
    ['a URL without a host', 'GET http://', 'Host: localhost'],
    ['an asterisk', 'OPTIONS *', 'Host: localhost'],
  ])('%s is answered in the shape of every error', async (_, target, host) => {
    const { text, status } = await rawExchange(server.url, `${target} HTTP/1.1\r\n${host}\r\n${CLOSE}\r\n`);
    expect(status).toBe(400);
    expect(text).toContain('content-type: application/json');
    expect(text).toContain('x-content-type-options: nosniff');
    expect(text).toContain('"code":"invalid_request"');
  });

  test.each([
    [
      'an absolute target with a Host of another name',
      'GET http://localhost/processor',
      'Host: evil.example',
    ],
    ['a name that resolves to this machine', 'GET /processor', 'Host: evil.example:3000'],
  ])('%s is refused', async (_, target, host) => {
    const { text, status } = await rawExchange(server.url, `${target} HTTP/1.1\r\n${host}\r\n${CLOSE}\r\n`);
    expect(status).toBe(403);
    expect(text).toContain('"code":"host_not_allowed"');
  });

  test('a page of another site cannot stop delivery', async () => {
    const request = `POST /processor/stop HTTP/1.1\r\n${HOST}Origin: https://evil.example\r\n${CLOSE}content-length: 0\r\n\r\n`;
    expect((await rawExchange(server.url, request)).status).toBe(403);
    expect((await server.get<{ state: string }>('/processor')).body.state).toBe('running');
  });

  test.each([
    ['a CONNECT', `CONNECT localhost:80 HTTP/1.1\r\n${HOST}\r\n`, [null]],
    ['a TRACE, which repeats nothing', `TRACE /healthz HTTP/1.1\r\n${HOST}x: secret\r\n${CLOSE}\r\n`, [405]],
    [
      'an upgrade',
      `GET /healthz HTTP/1.1\r\n${HOST}connection: upgrade, close\r\nupgrade: h2c\r\n\r\n`,
      [200],
    ],
    [
      'an expectation',
      `POST /messages HTTP/1.1\r\n${HOST}${CLOSE}expect: tea\r\ncontent-length: 0\r\n\r\n`,
      [417],
    ],
  ])('%s opens nothing', async (_, request, statuses) => {
    const { text, status, closedAfterMs } = await rawExchange(server.url, request);
    expect(statuses).toContain(status);
    expect(text).not.toContain('secret');
    expect(closedAfterMs).not.toBeNull();
  });
});

describe('what is too large', () => {
  test.each([
    ['one header', `x: ${'a'.repeat(3_000)}\r\n`],
    ['all headers together', Array.from({ length: 400 }, (_, n) => `x-${n}: 1\r\n`).join('')],
  ])('%s gets 431', async (_, headers) => {
    const { status } = await rawExchange(server.url, `GET /healthz HTTP/1.1\r\n${HOST}${headers}\r\n`);
    expect(status).toBe(431);
  });

  test('a target gets 431', async () => {
    const { status } = await rawExchange(server.url, `GET /${'a'.repeat(5_000)} HTTP/1.1\r\n${HOST}\r\n`);
    expect(status).toBe(431);
  });

  test('trailers get 431', async () => {
    const trailers = Array.from({ length: 3_000 }, (_, n) => `t${n}: 1\r\n`).join('');
    const { status } = await rawExchange(
      server.url,
      `${json('transfer-encoding: chunked')}0\r\n${trailers}\r\n`,
    );
    expect([400, 431]).toContain(status);
  });

  test('a chunk extension gets 413', async () => {
    const body = `1;${'x'.repeat(20_000)}\r\n{\r\n0\r\n\r\n`;
    expect((await rawExchange(server.url, json('transfer-encoding: chunked') + body)).status).toBe(413);
  });

  test('a body that says so gets 413 before it is sent', async () => {
    const { status } = await rawExchange(server.url, json('content-length: 4294967296'), {
      withinMs: CUT_MS,
    });
    expect(status).toBe(413);
  });

  test('chunks without end get 413 and are cut off, whatever is sent after', async () => {
    let sent = 0;
    const { status, closedAfterMs } = await rawExchange(server.url, json('transfer-encoding: chunked'), {
      send: async (socket, head) => {
        socket.write(head);
        const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
        while (!socket.destroyed) {
          sent += chunk.length;
          // Bytes that are not taken any more are not written, or this process's memory would be tested.
          if (!socket.write(chunk)) await Promise.race([sleep(50), drained(socket)]);
        }
      },
    });
    expect(status).toBe(413);
    expect(closedAfterMs).not.toBeNull();
    expect(sent).toBeLessThan(64 * 1_048_576);
    await expectAlive();
  });
});

describe('what takes too long', () => {
  const slow: readonly (readonly [string, string])[] = [
    ['says nothing', ''],
    ['stops in the head', 'GET / HTTP/1.1\r\nHos'],
    ['stops in the body', `${json('content-length: 100')}{`],
    ['stops in a chunk', `${json('transfer-encoding: chunked')}5\r\n{"a"`],
  ];

  test.each(slow)('a client that %s is cut off', async (_, bytes) => {
    const { text, closedAfterMs } = await rawExchange(server.url, bytes, { withinMs: CUT_MS });
    expect(text).toMatch(/^HTTP\/1\.1 (?:408|503) /);
    expect(closedAfterMs).not.toBeNull();
  });

  test('a head that comes byte by byte is cut off all the same', async () => {
    const head = `GET /healthz HTTP/1.1\r\n${HOST}x: ${'a'.repeat(500)}\r\n\r\n`;
    const { status, closedAfterMs } = await rawExchange(server.url, head, {
      withinMs: CUT_MS,
      send: async (socket, bytes) => {
        for (const byte of bytes) {
          if (socket.destroyed) return;
          socket.write(Buffer.of(byte));
          await sleep(50);
        }
      },
    });
    expect(status).toBe(408);
    expect(closedAfterMs).not.toBeNull();
  });

  test('a client that takes no answers is sent a bounded part of them, and cut off', async () => {
    const before = await residentBytes();
    // As many as a connection may have waiting; each answer has tens of kilobytes.
    const requests = `GET /openapi.json HTTP/1.1\r\n${HOST}\r\n`.repeat(100);
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.pause();
    socket.write(requests);
    let most = 0;
    const isCut = new Promise((resolve) => socket.once('close', resolve)).then(() => true);
    const deadline = performance.now() + 30_000;
    let cut = false;
    while (!cut && performance.now() < deadline) {
      most = Math.max(most, await residentBytes());
      cut = await Promise.race([isCut, sleep(100).then(() => false)]);
      // A paused socket sees no end: only what is written to it then fails.
      if (!socket.destroyed) socket.write(' ');
    }
    socket.destroy();
    expect(cut).toBe(true);
    expect(most - before).toBeLessThan(48 * 1_048_576);
    await expectAlive();
  });
});

test('a packet of a thousand requests does not make a thousand answers, but the end of its connection', async () => {
  const before = await residentBytes();
  const requests = `GET /openapi.json HTTP/1.1\r\n${HOST}\r\n`.repeat(5_000);
  const { closedAfterMs } = await rawExchange(server.url, requests);
  expect(closedAfterMs).not.toBeNull();
  expect((await residentBytes()) - before).toBeLessThan(48 * 1_048_576);
  await expectAlive();
});

test('a few requests in one packet are answered in their order', async () => {
  const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\n${HOST}${more}\r\n`;
  const { text } = await rawExchange(server.url, get('/healthz') + get('/none') + get('/healthz', CLOSE));
  expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200']);
});

test('connections that say nothing are closed beyond the limit at once, and up to it in time', async () => {
  const before = await residentBytes();
  const idle: Idle[] = [];
  while (idle.length < 2_000) {
    idle.push(...(await Promise.all(Array.from({ length: 250 }, () => openIdle()))));
    // It has accepted them: what overflows the queue of the operating system, a client takes for open for ever.
    await expectAlive();
  }
  await until('all are closed', () => idle.every(({ socket }) => socket.destroyed));
  // A client that was let in and took too long gets an answer; one too many does not.
  const letIn = idle.filter(({ said }) => said().startsWith('HTTP/1.1 408')).length;
  expect(letIn).toBeGreaterThan(0);
  expect(letIn).toBeLessThan(1_500);
  await expectAlive();
  expect((await residentBytes()) - before).toBeLessThan(96 * 1_048_576);
}, 40_000);

test(
  'whatever bytes come, each connection ends, no answer is a 500 and the next client is served',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyBytes(), { minLength: 25, maxLength: 25 }), async (all) => {
        const exchanges = await Promise.all(
          all.map((bytes) => rawExchange(server.url, bytes, { withinMs: CUT_MS, send: sendAndEnd })),
        );
        for (const { text, closedAfterMs } of exchanges) {
          expect(text).not.toMatch(/HTTP\/1\.1 5(?!03)/);
          expect(text === '' || text.startsWith('HTTP/1.1 ')).toBe(true);
          expect(closedAfterMs).not.toBeNull();
        }
        await expectAlive();
      }),
      cases(12),
    );
  },
  FUZZ_TIMEOUT_MS,
);

/** Requests that are nearly right, and bytes that are nothing. */
function anyBytes(): fc.Arbitrary<Buffer> {
  const header = fc.oneof(
    fc.constantFrom(
      'host: localhost',
      'content-type: application/json',
      'content-length: 2',
      'content-length: 99999999999999999999',
      'transfer-encoding: chunked',
      'connection: keep-alive, upgrade',
      'expect: 100-continue',
      'authorization: Bearer \xff',
      'x-request-id: \x1b[2J',
      '__proto__: x',
    ),
    fc.string({ unit: 'binary-ascii', maxLength: 40 }),
  );
  const target = fc.oneof(
    fc.constantFrom(
      '/messages',
      '/processor/stop',
      '/healthz',
      '/messages/%00',
      '//',
      '/..',
      '*',
      'http://x/',
    ),
    fc.string({ maxLength: 30 }),
  );
  const body = fc.oneof(
    fc.constantFrom('{}', '[]', '0\r\n\r\n', '2\r\n{}\r\n0\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n'),
    fc.string({ unit: 'binary-ascii', maxLength: 60 }),
  );
  const request = fc
    .record({
      method: fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'DELETE', 'CONNECT', 'get', ''),
      target,
      version: fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/2', 'HTTP/9.9', ''),
      headers: fc.array(header, { maxLength: 6 }),
      body,
    })
    .map(({ method, target: to, version, headers, body: text }) =>
      [`${method} ${to} ${version}`, ...headers, '', text].join('\r\n'),
    );
  return fc
    .oneof(
      { weight: 4, arbitrary: fc.array(request, { minLength: 1, maxLength: 3 }).map((all) => all.join('')) },
      {
        weight: 1,
        arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
      },
    )
    .map((text) => Buffer.from(text, 'latin1'));
}

function sendAndEnd(socket: Socket, bytes: Buffer): void {
  socket.end(bytes);
}

interface Idle {
  readonly socket: Socket;
  said(): string;
}

function openIdle(): Promise<Idle> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1').setEncoding('latin1');
  let text = '';
  socket.on('data', (more: string) => {
    text += more;
  });
  const idle = { socket, said: () => text };
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(idle));
    socket.once('error', () => resolve(idle));
  });
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('drain', resolve);
    socket.once('close', () => resolve());
  });
}

async function residentBytes(): Promise<number> {
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
