import { type buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool, ProxyAgent } from 'undici';
import { connectorTo, directConnector, toProxy, withoutInterim } from './connector.ts';
import { isEnvironment } from './environment-proxies.ts';
import { ProxyError, reasonAfterWriting } from './fault-reason.ts';
import type { WebhookSettings } from './webhook-settings.ts';

// Shorter than the idle time-outs of the usual servers (the shortest of them is 2 s): a connection that the server closes just
// as a request is written to it makes an ambiguous attempt.
const KEEP_ALIVE_MS = 1_500;
const LONGEST_KEEP_ALIVE_MS = 30_000;

/** The connections to one origin, or through the proxy that leads there. */
export function connectionsTo(settings: WebhookSettings, origin: string): Dispatcher {
  const { proxy } = settings;
  const options = {
    connections: settings.connections,
    // 0: each connection is closed after its response, and the request says so.
    pipelining: settings.keepAlive ? 1 : 0,
    // One queue of deadlines for all calls does their work, to the millisecond.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: LONGEST_KEEP_ALIVE_MS,
  };
  if (proxy === null) return new Pool(origin, { ...options, connect: connectorTo(settings) });
  const proxies = isEnvironment(proxy) ? [proxy.httpProxy, proxy.httpsProxy] : [proxy.origin];
  const urls = new Set(proxies.flatMap((url) => URL.parse(url ?? '')?.href ?? []));
  // The agent names receivers by their origins, which end without a slash.
  const isProxy = (to: string | URL): boolean => urls.has(String(to));
  const proxied = {
    ...options,
    allowH2: false,
    // With HTTP/2 undici may send a request again on its own.
    requestTls: { ...settings.tls, allowH2: false },
    proxyTls: { allowH2: false },
    // For http receivers the agent hands on nothing but how to connect to the proxy.
    factory: (to: string | URL, given: object): Dispatcher => {
      const connect = isProxy(to) ? toProxy(connectOf(given)) : connectOf(given);
      return new Pool(to, { ...given, ...options, allowH2: false, connect: withoutInterim(connect) });
    },
    // Asks the proxy for tunnels.
    clientFactory: (to: URL, given: object): Dispatcher =>
      new TunnelPool(to, {
        connect: toProxy(connectOf(given)),
        headersTimeout: settings.timeoutMs,
        keepAliveTimeout: KEEP_ALIVE_MS,
      }),
  };
  if (!isEnvironment(proxy)) return new ProxyAgent({ ...proxied, uri: proxy.origin });
  // Empty texts, so that it looks at no environment itself. A receiver without a proxy is connected to directly.
  const { httpProxy = '', httpsProxy = '', noProxy = '' } = proxy;
  return new EnvHttpProxyAgent({
    ...proxied,
    connect: directConnector(settings),
    httpProxy,
    httpsProxy,
    noProxy,
  });
}

/** Asks a proxy for tunnels. */
class TunnelPool extends Pool {
  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const { onResponseError } = handler;
    // In place of the handler's own, as undici's proxies do it: a fault here is not one of the receiver.
    handler.onResponseError = (controller, error) => {
      const fault = error instanceof ProxyError ? error : new ProxyError(reasonAfterWriting(error), error);
      onResponseError?.call(handler, controller, fault);
    };
    return super.dispatch(options, handler);
  }
}

/** The agent always says how to connect, which its type leaves out. */
function connectOf(given: object): buildConnector.connector {
  return (given as { readonly connect: buildConnector.connector }).connect;
}
