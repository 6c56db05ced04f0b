import type { ErrorHandler } from 'hono';
import { html } from 'hono/html';
import { routePath } from 'hono/route';
import { ERROR_CATALOGUE } from '../errors/error-catalogue.ts';
import { answerFor } from '../errors/on-error.ts';
import type { HttpEnv } from '../http-env.ts';
import type { DashboardSite } from './dashboard-site.ts';
import { bareLayout } from './pages/layout.ts';
import { pageResponse } from './responses.ts';

/** A page for whatever was thrown; nothing is told of what nobody expected, and `onFault` is. */
export function onPageError(site: DashboardSite): ErrorHandler<HttpEnv> {
  return (thrown, c) => {
    const { code, message } = answerFor(thrown, c, routePath(c), site.dependencies.onFault);
    const { status } = ERROR_CATALOGUE[code];
    const context = { base: site.baseOf(c), assetVersion: site.assets.version };
    const page = bareLayout(
      context,
      'Problem',
      html`<h1>That did not work</h1>
      <p class="notice problem" role="alert">${message} <code>${code}</code></p>
      <p class="small">Request ${c.get('requestId') ?? ''}</p>
      <p><a href="${context.base}/">Overview</a></p>`,
    );
    return pageResponse(c, page, status === 405 || status === 415 ? 400 : status);
  };
}
