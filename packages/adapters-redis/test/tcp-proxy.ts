import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy on a loopback port of its own, to stand between a client and its server and to fail. */
export interface TcpProxy {
  /** `host:port`. */
  readonly address: string;
  /** Ends every connection and takes no more. */
  cut(): Promise<void>;
  /** Takes connections again, on the same port. */
  mend(): Promise<void>;
  /** Passes nothing on any more, and keeps the connections. */
  hold(): void;
  close(): Promise<void>;
}

export async function startProxy(targetUrl: string): Promise<TcpProxy> {
  const { hostname, port: targetPort } = new URL(targetUrl);
  const sockets = new Set<Socket>();
  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    return socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    const target = track(connect(Number(targetPort || 6379), hostname));
    track(client).pipe(target).pipe(client);
    client.on('close', () => target.destroy());
    target.on('close', () => client.destroy());
  });
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    // A TCP server's address is never a pipe's name.
    return (server.address() as AddressInfo).port;
  };
  const cut = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const port = await listen(0);
  return {
    address: `127.0.0.1:${port}`,
    cut,
    mend: async () => {
      await listen(port);
    },
    hold: () => {
      for (const socket of sockets) socket.unpipe();
    },
    close: cut,
  };
}
