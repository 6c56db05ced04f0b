import type { ErrorHandler } from 'hono';
import { routePath } from 'hono/route';
import { ApiError } from '../errors/api-error.ts';
import { ERROR_CATALOGUE } from '../errors/error-catalogue.ts';
import { faultError } from '../errors/fault-error.ts';
import type { HttpEnv } from '../http-env.ts';
import type { DashboardSite } from './dashboard-site.ts';
import { errorPage } from './pages/error.ts';
import { pageResponse } from './responses.ts';

/** A page for whatever was thrown; nothing is told of what nobody expected, and `onFault` is. */
export function onPageError(site: DashboardSite): ErrorHandler<HttpEnv> {
  return (thrown, c) => {
    const requestId = c.get('requestId') ?? '';
    const answer = thrown instanceof ApiError ? thrown : faultError(thrown);
    if (answer !== thrown) {
      const { method } = c.req;
      try {
        site.dependencies.onFault?.({
          code: answer.code,
          error: thrown,
          requestId,
          method,
          route: routePath(c),
        });
      } catch {
        // The report of a fault must not become another one.
      }
    }
    const { status } = ERROR_CATALOGUE[answer.code];
    const context = { base: site.baseOf(c), assetVersion: site.assetVersion };
    const shown = status === 405 || status === 415 ? 400 : status;
    return pageResponse(c, errorPage(context, answer.message, answer.code, requestId), shown);
  };
}
