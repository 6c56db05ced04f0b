import type { ErrorCode } from '../errors/error-code.ts';
import type { RouteDoc } from '../routing/route.ts';

const EVERY_ROUTE: readonly ErrorCode[] = ['request_timeout', 'internal'];

/** What a request has to get past before the route sees it. */
export interface RouteAccess {
  readonly asksForKey: boolean;
  readonly refusesOtherSites: boolean;
}

/** Every error that a route may answer: its own, and those of its headers, query, body and access. */
export function routeErrors(doc: RouteDoc, access: RouteAccess): readonly ErrorCode[] {
  const ofHeaders: readonly ErrorCode[] = doc.headers === undefined ? [] : ['invalid_request'];
  const ofAccess: readonly ErrorCode[] = [
    ...(access.asksForKey ? (['unauthorized', 'insufficient_scope'] as const) : []),
    ...(access.refusesOtherSites ? (['cross_origin', 'host_not_allowed'] as const) : []),
  ];
  return [
    ...new Set([
      ...doc.errors,
      ...doc.query.errors,
      ...(doc.body?.errors ?? []),
      ...ofHeaders,
      ...ofAccess,
      ...EVERY_ROUTE,
    ]),
  ];
}
