import type { ErrorCode } from '../errors/error-code.ts';
import type { RouteDoc } from '../routing/route.ts';

const EVERY_ROUTE: readonly ErrorCode[] = ['request_timeout', 'internal'];

/** Every error that a route may answer: its own, and those of its headers, query, body and access. */
export function routeErrors(doc: RouteDoc, asksForKey: boolean): readonly ErrorCode[] {
  const ofHeaders: readonly ErrorCode[] = doc.headers === undefined ? [] : ['invalid_request'];
  const ofAccess: readonly ErrorCode[] = asksForKey ? ['unauthorized'] : [];
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
