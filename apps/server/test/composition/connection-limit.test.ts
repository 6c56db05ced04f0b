import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type OpenHttpServer, openHttpServer } from '../../src/composition/open-http-server.ts';
import { loaded } from '../support/load.ts';
import { temporaryHome } from '../support/temporary-home.ts';

async function limitedTo(max: number): Promise<OpenHttpServer> {
  const lifetimes = new AsyncDisposableStack();
  onTestFinished(() => lifetimes.disposeAsync());
  const { config } = loaded({ SERVER_PORT: '0', SERVER_MAX_CONNECTIONS: String(max) }, temporaryHome());
  const http = await openHttpServer(config.server, lifetimes);
  http.serve(async (request) => {
    await request.text();
    return new Response('done');
  });
  return http;
}

async function connected({ url }: OpenHttpServer): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  // One that the server cuts off may get a reset.
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Whether by an end or by a reset. */
function whenClosed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

async function answered(socket: Socket): Promise<string> {
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const [chunk] = await once(socket, 'data');
  return String(chunk);
}

/** Null: it was closed instead. */
async function firstAnswer(socket: Socket): Promise<string | null> {
  return Promise.race([answered(socket), whenClosed(socket).then(() => null)]);
}

test('a new connection takes the place of the one that has been idle for longest', async () => {
  const http = await limitedTo(2);
  const first = await connected(http);
  await answered(first);
  const second = await connected(http);
  await answered(second);
  await answered(first);
  const closed = whenClosed(second);
  expect(await answered(await connected(http))).toMatch(/^HTTP\/1\.1 200/);
  await closed;
  expect(await answered(first)).toMatch(/^HTTP\/1\.1 200/);
});

test('a request that does not arrive in full keeps nobody out', async () => {
  const http = await limitedTo(1);
  const slow = await connected(http);
  slow.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab');
  const closed = whenClosed(slow);
  expect(await answered(await connected(http))).toMatch(/^HTTP\/1\.1 200/);
  await closed;
});

test.each(['at once', 'in parts'])(
  'an answer given %s that its client does not take keeps nobody out',
  async (how) => {
    const http = await limitedTo(1);
    const part = Buffer.alloc(1024 * 1024);
    const begun = Promise.withResolvers<void>();
    http.serve(() => {
      begun.resolve();
      // Either is more than the buffers of the operating system take.
      if (how === 'at once') return new Response(Buffer.alloc(64 * part.length));
      return new Response(new ReadableStream({ pull: (controller) => controller.enqueue(part) }));
    });
    const deaf = await connected(http);
    deaf.pause();
    deaf.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await begun.promise;
    http.serve(() => new Response('done'));
    const closed = whenClosed(deaf);
    await expect.poll(async () => firstAnswer(await connected(http))).toMatch(/^HTTP\/1\.1 200/);
    deaf.resume();
    await closed;
  },
);

test('a connection whose request is being answered stays, and the new one is closed', async () => {
  const http = await limitedTo(1);
  const begun = Promise.withResolvers<void>();
  const held = Promise.withResolvers<Response>();
  http.serve(async (request) => {
    await request.text();
    begun.resolve();
    return held.promise;
  });
  const busy = await connected(http);
  const answer = answered(busy);
  await begun.promise;
  const refused = await connected(http);
  await whenClosed(refused);
  held.resolve(new Response('done'));
  expect(await answer).toMatch(/^HTTP\/1\.1 200/);
});
