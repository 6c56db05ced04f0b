import { createServer } from 'node:net';

// Below the range that systems give to outgoing connections and to whoever asks for port 0: one of these would take
// the port before it is used.
const [LOWEST_PORT, PORTS] = [10_000, 20_000];
const given = new Set<number>();

/** A port of 127.0.0.1 for a program that needs its port as an option; never the same one twice in this process. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST_PORT + Math.floor(Math.random() * PORTS);
    if (given.has(port)) continue;
    given.add(port);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    await new Promise((resolve) => server.close(resolve));
    if (isFree) return port;
  }
}
