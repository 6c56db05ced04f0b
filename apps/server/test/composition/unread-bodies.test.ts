import { once } from 'node:events';
import { IncomingMessage, ServerResponse } from 'node:http';
import { connect, Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { UnreadBodies } from '../../src/composition/connection-limits.ts';
import { openHttpServer } from '../../src/composition/open-http-server.ts';
import { loaded } from '../support/load.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const MOST_READ_ON = 16;
const LENGTH = 4_000_000;

/** A server that refuses every body before it has arrived. */
async function refusing(): Promise<{ readonly host: string; readonly port: number }> {
  const lifetimes = new AsyncDisposableStack();
  onTestFinished(() => lifetimes.disposeAsync());
  const { config } = loaded({ SERVER_PORT: '0' }, temporaryHome());
  const http = await openHttpServer(config.server, lifetimes);
  http.serve(async () => new Response('refused', { status: 401 }));
  const { hostname, port } = new URL(http.url);
  return { host: hostname, port: Number(port) };
}

/** A connection, what it was answered, and whether that is its end. */
class Client {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  isClosed = false;
  #answer = '';

  constructor(socket: Socket) {
    this.socket = socket;
    onTestFinished(() => void socket.destroy());
    // The end may come as a reset.
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      this.#answer += String(chunk);
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.isClosed = true;
        resolve();
      });
    });
  }

  async answered(): Promise<string> {
    while (!this.#answer.endsWith('refused')) await once(this.socket, 'data');
    const answer = this.#answer;
    this.#answer = '';
    return answer;
  }
}

/** Has sent the head and the beginning of a body, and has the answer. */
async function refused(to: { readonly host: string; readonly port: number }): Promise<Client> {
  const client = new Client(connect(to));
  client.socket.write(`POST /messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${LENGTH}\r\n\r\nx`);
  expect(await client.answered()).toMatch(/^HTTP\/1\.1 401/);
  return client;
}

test('bodies that were refused are read on from a few connections, and further ones are closed with their answer', async () => {
  // The end of reading after half a second must not come in between.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const server = await refusing();
  const readOn: Client[] = [];
  while (readOn.length < MOST_READ_ON) readOn.push(await refused(server));

  await (await refused(server)).closed;
  await (await refused(server)).closed;
  expect(readOn.filter(({ isClosed }) => isClosed).length).toBe(0);

  // A client that has sent everything makes room.
  const [first] = readOn;
  if (first === undefined) throw new TypeError('there is no connection');
  first.socket.write(Buffer.alloc(LENGTH - 1));
  first.socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  expect(await first.answered()).toMatch(/^HTTP\/1\.1 401/);
  const inItsPlace = await refused(server);
  await (await refused(server)).closed;
  expect(inItsPlace.isClosed).toBe(false);
});

test('a client that writes all of a large body before it reads gets the answer', async () => {
  const server = await refusing();
  const response = await fetch(`http://${server.host}:${server.port}/messages`, {
    method: 'POST',
    body: Buffer.alloc(LENGTH),
  });
  expect(response.status).toBe(401);
  expect(await response.text()).toBe('refused');
});

test('bodies whose request had closed before its answer was written take no place', () => {
  const bodies = new UnreadBodies();
  const answered = (isClosed: boolean): boolean => {
    const socket = new Socket();
    const destroySoon = vi.spyOn(socket, 'destroySoon');
    const incoming = new IncomingMessage(socket);
    const outgoing = new ServerResponse(incoming);
    bodies.begun(incoming, outgoing);
    if (isClosed) incoming.destroy();
    outgoing.emit('finish');
    return destroySoon.mock.calls.length > 0;
  };
  for (let i = 0; i < MOST_READ_ON; i += 1) answered(true);
  const cutOff = Array.from({ length: MOST_READ_ON + 1 }, () => answered(false));
  expect(cutOff.filter((isCut) => isCut)).toEqual([true]);
});
