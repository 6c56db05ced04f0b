import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { getRequestListener, RequestError } from '@hono/node-server';
import type { HttpEnv } from '@messaging-system/http-hono';
import type { Config } from '../config/config.ts';
import { reachableUrl } from '../config/host.ts';
import { StartError } from '../life-cycle/start-error.ts';
import { ConnectionLimit, oneAtATime, UnreadBodies } from './connection-limits.ts';

/** Answers a request; `env` tells of its connection. */
type Fetch = (request: Request, env: HttpEnv['Bindings']) => Response | Promise<Response>;

export interface OpenHttpServer {
  readonly url: string;
  /** The app that answers from now on; earlier requests get 503. */
  serve(fetch: Fetch): void;
  /**
   * Says `Connection: close` with every response from now on, so that clients take their next request elsewhere
   * before the address is gone, and not into a connection that is about to be closed.
   */
  endKeepAlive(): void;
}

// Requests that are being answered when the server closes may take so long.
const CLOSING_MS = 2_000;

// How often node:http looks for requests that take too long to arrive.
const SLOW_CHECK_MS = 5_000;

/** Binds the address. @throws StartError when it is taken */
export async function openHttpServer(
  config: Config['server'],
  lifetimes: AsyncDisposableStack,
): Promise<OpenHttpServer> {
  const { host, port, requestTimeout } = config;
  let answer: Fetch = () => new Response(null, { status: 503 });
  let isEnding = false;
  const unanswered = new Set<ServerResponse>();
  const unread = new UnreadBodies();
  const listener = getRequestListener((request, { incoming }) => answer(request, { incoming }), {
    errorHandler: refusedRequest,
  });
  const server = createServer(
    {
      maxHeaderSize: config.maxHeaderBytes,
      requestTimeout,
      headersTimeout: requestTimeout,
      keepAliveTimeout: config.keepAliveTimeout,
      connectionsCheckingInterval: Math.min(requestTimeout, SLOW_CHECK_MS),
    },
    oneAtATime((incoming, outgoing) => {
      outgoing.shouldKeepAlive &&= !isEnding;
      limit.begun(incoming, outgoing);
      unread.begun(incoming, outgoing);
      unanswered.add(outgoing);
      outgoing.once('close', () => unanswered.delete(outgoing));
      // HTTP/1.0 has no Host (RFC 1945), and health checks of load balancers speak it. No browser does, so no page gets in by it.
      if (incoming.httpVersion === '1.0') incoming.headers.host ??= 'localhost';
      if (isDefaultHealthCheck(incoming)) outgoing.writeHead(204, { allow: 'GET, HEAD, OPTIONS' }).end();
      else void listener(incoming, outgoing);
    }),
  );
  const limit = new ConnectionLimit(server, config.maxConnections);
  // Of a client that takes no answer: what it is sent would be kept for it as long as it likes.
  server.setTimeout(config.stallTimeout);
  server.listen({ host, port });
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new StartError(`listen on ${reachableUrl(host, port)} (SERVER_PORT sets another port)`, error);
  }
  lifetimes.defer(() => close(server));
  return {
    url: reachableUrl(host, boundPort(server)),
    serve: (fetch) => {
      answer = fetch;
    },
    endKeepAlive: () => {
      isEnding = true;
      for (const outgoing of unanswered) outgoing.shouldKeepAlive = false;
    },
  };
}

/** HAProxy's request where nothing else is configured. It tells nothing, so it asks for no key. */
function isDefaultHealthCheck({ httpVersion, method, url }: IncomingMessage): boolean {
  return httpVersion === '1.0' && method === 'OPTIONS' && url === '/';
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const cutOff = setTimeout(() => server.closeAllConnections(), CLOSING_MS);
  await closed;
  clearTimeout(cutOff);
}

function boundPort(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server is bound to no port');
  return address.port;
}

/**
 * The answer for what the API never saw, in its shape: a target or a `Host` that no URL can be made of, and whatever was thrown past it. A request that
 * is not HTTP at all gets only a status line, from node:http.
 */
function refusedRequest(thrown: unknown): Response {
  return thrown instanceof RequestError
    ? answer(400, { error: 'the target of the request, or its Host, is not valid', code: 'invalid_request' })
    : answer(500, { error: 'internal error', code: 'internal' });
}

function answer(status: number, body: { readonly error: string; readonly code: string }): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': randomUUID(),
    },
  });
}
