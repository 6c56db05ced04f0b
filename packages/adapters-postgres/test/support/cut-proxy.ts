import { openTcpProxy, type TcpProxy } from '@messaging-system/contract-tests';

/** Stands between a store and the server of a URI until it is cut. */
export async function openCutProxy(uri: string): Promise<TcpProxy & { readonly uri: string }> {
  const address = new URL(uri);
  const proxy = await openTcpProxy({ host: address.hostname, port: Number(address.port || 5432) });
  [address.hostname, address.port] = [proxy.host, String(proxy.port)];
  return { ...proxy, uri: address.href };
}
