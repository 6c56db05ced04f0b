import type { Environment } from '../support/server-process.ts';
import { mongoStore, type TestStore } from '../support/stores.ts';
import { TcpProxy } from './tcp-proxy.ts';

export interface ProxiedMongo {
  readonly store: TestStore;
  /** Of the servers: they go through the proxies, the harness looks into the store directly. */
  readonly environment: Environment;
  readonly mongoProxy: TcpProxy;
  readonly redisProxy: TcpProxy;
}

/** A database of its own with Redis as the cache, both on loopback behind a proxy; all of it ends with the stack. */
export async function openProxiedMongo(
  stack: AsyncDisposableStack,
  mongoUri: string,
  redisUrl: string,
): Promise<ProxiedMongo> {
  const store = stack.use(await mongoStore(mongoUri, redisUrl));
  const mongoProxy = stack.use(await TcpProxy.start(Number(new URL(mongoUri).port || 27_017)));
  const redisProxy = stack.use(await TcpProxy.start(Number(new URL(redisUrl).port || 6_379)));
  const environment = {
    ...store.environment,
    MONGO_URI: `mongodb://127.0.0.1:${mongoProxy.port}/?directConnection=true`,
    REDIS_URI: `127.0.0.1:${redisProxy.port}`,
  };
  return { store, environment, mongoProxy, redisProxy };
}
