import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { HttpEnv } from '../http-env.ts';

const DAY_S = 86_400;

/**
 * Lets pages of these sites use the API from a browser (Fetch standard, section 3.2), and answers their preflights, which carry no key. Cookies are not
 * allowed along: the dashboard's login stays its own.
 */
export function crossOriginAccess(origins: readonly string[]): MiddlewareHandler<HttpEnv> {
  return cors({
    origin: origins.includes('*') ? '*' : [...origins],
    allowMethods: ['GET', 'HEAD', 'POST'],
    allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'traceparent', 'x-request-id'],
    exposeHeaders: ['location', 'retry-after', 'x-request-id'],
    maxAge: DAY_S,
  });
}
