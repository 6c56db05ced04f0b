import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { onTestFinished } from 'vitest';

/** A proxy that serves `to` below a prefix, which it removes, and nothing else; closed when the test is over. Gives its URL without the prefix. */
export async function strippingProxy(prefix: string, to: string): Promise<string> {
  const proxy = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '';
    if (!path.startsWith(`${prefix}/`)) {
      outgoing.writeHead(404, { 'content-type': 'text/plain' }).end('not below the prefix');
      return;
    }
    const { method, headers } = incoming;
    const forwarded = request(new URL(path.slice(prefix.length), to), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', (error) => outgoing.destroy(error));
    outgoing.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new TypeError('the proxy is bound to no port');
  return `http://127.0.0.1:${address.port}`;
}
