import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy on a loopback port of its own, to stand between an adapter and its server and to fail. */
export interface TcpProxy {
  readonly host: string;
  readonly port: number;
  /** Ends every connection and refuses new ones: it is as if the server had gone. */
  cut(): Promise<void>;
  /** Takes connections again, on the same port. */
  restore(): Promise<void>;
  /** Ends every connection and takes new ones. */
  drop(): void;
  /** Passes nothing on any more and keeps the connections, as a network does that drops packets. */
  hold(): void;
}

const HOST = '127.0.0.1';

/** Passes bytes to the server until one of its methods changes that. End it with `cut`. */
export async function openTcpProxy(target: {
  readonly host: string;
  readonly port: number;
}): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    const upstream = connect(target.port, target.host);
    keep(client);
    keep(upstream);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    client.pipe(upstream).pipe(client);
  });
  const listen = async (at: number): Promise<number> => {
    await once(server.listen(at, HOST), 'listening');
    // A TCP server has an address object while it listens.
    return (server.address() as AddressInfo).port;
  };
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const port = await listen(0);
  return {
    host: HOST,
    port,
    drop,
    async cut() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      drop();
      await closed;
    },
    async restore() {
      await listen(port);
    },
    hold() {
      for (const socket of sockets) socket.unpipe();
    },
  };
}
