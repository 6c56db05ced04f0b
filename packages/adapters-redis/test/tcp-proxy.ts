import { openTcpProxy, type TcpProxy } from '@messaging-system/contract-tests';

/** Stands between a client and the Redis of a URL; `address` is `host:port`. */
export async function startProxy(targetUrl: string): Promise<TcpProxy & { readonly address: string }> {
  const { hostname, port } = new URL(targetUrl);
  const proxy = await openTcpProxy({ host: hostname, port: Number(port || 6379) });
  return { ...proxy, address: `${proxy.host}:${proxy.port}` };
}
