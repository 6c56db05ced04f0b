import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** The request of the protocol for TLS: its length, 8, and its code. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** A server that speaks PostgreSQL over TLS: it ends the encryption and passes all on to the real one. */
export interface TlsProxy {
  readonly port: number;
  /** How many connections have been encrypted. */
  encrypted(): number;
  close(): Promise<void>;
}

/** Answers with `offer`: `S` begins TLS, `N` says that there is none. */
export async function openTlsProxy(
  uri: string,
  { key, cert }: { readonly key: Buffer; readonly cert: Buffer },
  offer: 'S' | 'N' = 'S',
): Promise<TlsProxy> {
  const target = new URL(uri);
  const sockets = new Set<Socket>();
  let encrypted = 0;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const join = (client: Socket): void => {
    const upstream = connect(Number(target.port || 5432), target.hostname);
    keep(upstream);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    client.pipe(upstream).pipe(client);
  };
  const server = createServer((client) => {
    keep(client);
    client.once('data', (request) => {
      if (!request.equals(SSL_REQUEST)) {
        client.destroy();
        return;
      }
      client.pause();
      client.write(offer);
      if (offer === 'N') return;
      const secure = new TLSSocket(client, { isServer: true, key, cert });
      keep(secure);
      secure.on('secure', () => {
        encrypted += 1;
        join(secure);
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A TCP server has an address object while it listens.
    port: (server.address() as AddressInfo).port,
    encrypted: () => encrypted,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
