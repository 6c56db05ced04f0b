import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy on loopback that can delay what passes, and cut what is open. */
export class TcpProxy implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #pairs: Set<Socket>;
  #delayMs = 0;

  private constructor(server: Server, port: number, pairs: Set<Socket>) {
    this.#server = server;
    this.port = port;
    this.#pairs = pairs;
  }

  static async start(targetPort: number): Promise<TcpProxy> {
    const sockets = new Set<Socket>();
    const server = createServer((incoming) => {
      const outgoing = connect(targetPort, '127.0.0.1');
      for (const [from, to] of [
        [incoming, outgoing],
        [outgoing, incoming],
      ] as const) {
        sockets.add(from);
        from.on('data', (chunk) => proxy.#pass(to, chunk));
        from.on('end', () => to.end());
        from.on('error', () => to.destroy());
        from.on('close', () => {
          sockets.delete(from);
          to.destroy();
        });
      }
    });
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const proxy = new TcpProxy(server, port, sockets);
    return proxy;
  }

  /** Every chunk from now on takes this much longer, in each direction. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Resets every open connection. */
  cut(): void {
    for (const socket of this.#pairs) socket.resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(to: Socket, chunk: Buffer): void {
    const write = (): void => {
      if (to.writable) to.write(chunk);
    };
    if (this.#delayMs === 0) write();
    else setTimeout(write, this.#delayMs);
  }
}
