import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Passes bytes to the server of a URI until it is cut: then it is as if the server had gone. */
export interface CutProxy {
  readonly uri: string;
  /** Ends every connection and refuses new ones. */
  cut(): Promise<void>;
  /** Passes on again, at the same address. */
  restore(): Promise<void>;
  /** Ends every connection and takes new ones. */
  drop(): void;
}

export async function openCutProxy(uri: string): Promise<CutProxy> {
  const target = new URL(uri);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    keep(client);
    keep(upstream);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = new URL(uri);
  // A TCP server has an address object while it listens.
  const { port } = server.address() as AddressInfo;
  address.port = String(port);
  address.hostname = '127.0.0.1';
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    uri: address.href,
    drop,
    async cut() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      drop();
      await closed;
    },
    async restore() {
      await once(server.listen(port, '127.0.0.1'), 'listening');
    },
  };
}
