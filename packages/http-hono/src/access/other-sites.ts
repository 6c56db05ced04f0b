import { InvalidOptionsError } from '@messaging-system/core';
import type { Context, MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { ApiError } from '../errors/api-error.ts';
import type { HttpEnv } from '../http-env.ts';

export interface BrowserGuard {
  /**
   * The host names, without a port, under which the API may be asked; IPv6 addresses in brackets. `any`: no name is refused, and a page
   * that lets its own name lead to this machine (DNS rebinding) is not kept out.
   */
  readonly hosts: readonly string[] | 'any';
}

const THIS_MACHINE: BrowserGuard = { hosts: ['localhost', '127.0.0.1', '[::1]'] };

const OPEN_TO_EVERY_PAGE =
  "corsOrigins must not be * while apiKeys is 'none': every page in a browser could use the API. Name the sites, give keys, or say browserGuard: 'off'";

/**
 * The guard in force; null: none. Where nobody is asked for a key there is one unless that is said otherwise.
 * @throws InvalidOptionsError when every site is let through it
 */
export function guardInForce(
  given: BrowserGuard | 'off' | undefined,
  isOpen: boolean,
  corsOrigins: readonly string[] = [],
): BrowserGuard | null {
  if (given === 'off') return null;
  if (isOpen && corsOrigins.includes('*')) throw new InvalidOptionsError([OPEN_TO_EVERY_PAGE]);
  return given ?? (isOpen ? THIS_MACHINE : null);
}

/**
 * Keeps out what a browser asks for a page of another site, where nobody is asked for a key: being on the user's machine or in the user's
 * network is then all that it takes. Browsers name the page's site in `Origin` with every POST (Fetch standard, section 3.2) and cannot be kept from it.
 */
export function refuseOtherSites(
  { hosts }: BrowserGuard,
  corsOrigins: readonly string[] = [],
): MiddlewareHandler<HttpEnv> {
  const allowed = hosts === 'any' ? null : new Set(hosts.map((host) => host.toLowerCase()));
  return async (c, next) => {
    if (allowed !== null && !allowed.has(hostName(hostOf(c)))) throw new ApiError('host_not_allowed');
    const origin = c.req.header('origin') ?? '';
    const isLetIn = corsOrigins.includes(origin) || corsOrigins.includes('*');
    if (!isLetIn && !isOwnPage(c)) throw new ApiError('cross_origin');
    await next();
  };
}

/** Whether no browser asks, or one does for a page of ours: it names the page's site with every POST (Fetch standard, section 3.2). */
export function isOwnPage(c: Context<HttpEnv>): boolean {
  const origin = c.req.header('origin');
  if (origin === undefined || c.req.header('sec-fetch-site') === 'same-origin') return true;
  return URL.parse(origin)?.host === hostOf(c).toLowerCase();
}

function hostOf(c: Context<HttpEnv>): string {
  return c.req.header('host') ?? new URL(c.req.url).host;
}

function hostName(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase();
}

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
