import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface ScriptedReceiver {
  readonly url: string;
  /** The headers of each request, oldest first. */
  readonly received: readonly IncomingHttpHeaders[];
}

/** A receiver on loopback that answers these statuses in their order, and 200 from then on; closed when the test is over. */
export async function scriptedReceiver(...statuses: readonly number[]): Promise<ScriptedReceiver> {
  const received: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const status = statuses[received.length] ?? 200;
      received.push(request.headers);
      response.writeHead(status).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A TCP server's address is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook`, received };
}
