import { MongoClient } from 'mongodb';

/** Where a proxy leads to, and how a client gets there through it. */
export interface ProxyTarget {
  readonly host: string;
  readonly port: number;
  /** The URI of a proxy that listens on this port, with the credentials of the real one. */
  uriThrough(proxyPort: number, query?: string): string;
}

/**
 * The first host of a URI, as the driver reads it.
 * @throws Error for a server that can be reached with TLS only: its certificate is not for the proxy.
 */
export function proxyTarget(uri: string): ProxyTarget {
  const { hosts, srvHost, tls, credentials } = new MongoClient(uri).options;
  const [first] = hosts;
  if (srvHost !== undefined || tls || first?.host === undefined || first.port === undefined) {
    throw new Error(
      'this test puts a proxy in front of MongoDB: MONGODB_URI must be mongodb://host without TLS',
    );
  }
  const { host, port } = first;
  const userInfo = /^mongodb:\/\/([^@/]*@)/.exec(uri)?.[1] ?? '';
  const auth = credentials === undefined ? '' : `&authSource=${encodeURIComponent(credentials.source)}`;
  return {
    host,
    port,
    uriThrough: (proxyPort, query = '') =>
      `mongodb://${userInfo}127.0.0.1:${proxyPort}/?directConnection=true${auth}${query}`,
  };
}
