import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A TCP server on a loopback port of its own, for what an HTTP server never does. */
export interface RawServer {
  readonly url: string;
  readonly port: number;
  /** How many connections there have been. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

/** `onRequest` is called with each chunk that arrives; each of our small requests comes in one. */
export async function startRawServer(onRequest: (socket: Socket, chunk: Buffer) => void): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // The peer may reset; the case is about the peer.
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => onRequest(socket, chunk));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server's address is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    connections: () => connections,
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

export const OK_ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';
