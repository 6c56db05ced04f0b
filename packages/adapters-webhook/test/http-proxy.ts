import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';

/** Where the server listens, until the test is over. */
export async function listening(server: Server | SecureServer): Promise<string> {
  server.listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('it is bound to no port');
  return `http://127.0.0.1:${address.port}`;
}

/** Makes the request of another server, and answers what that answers. */
export function forward(incoming: IncomingMessage, outgoing: ServerResponse, url: string): void {
  const forwarded = request(url, { method: 'POST', headers: incoming.headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
    answer.pipe(outgoing);
  });
  forwarded.on('error', () => outgoing.writeHead(502).end());
  incoming.pipe(forwarded);
}

/** An HTTP proxy on loopback, and what it was asked for. With another status than 200 it refuses whatever it is asked for. */
export async function openProxy(status = 200): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const proxy = createServer((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    if (status === 200) forward(incoming, outgoing, incoming.url ?? '');
    else outgoing.writeHead(status, { 'proxy-authenticate': 'Basic realm="proxy"' }).end('no');
  });
  proxy.on('connect', ({ url = '' }, socket) => {
    asked.push(`CONNECT ${url}`);
    if (status !== 200) return socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const [, port] = url.split(':');
    const tunnel = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      tunnel.pipe(socket).pipe(tunnel);
    });
    for (const end of [tunnel, socket]) end.on('error', () => socket.destroy());
    onTestFinished(() => void tunnel.destroy());
    return socket;
  });
  return { url: await listening(proxy), asked };
}
