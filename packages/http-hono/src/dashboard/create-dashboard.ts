import type { ErrorHandler } from 'hono';
import { html } from 'hono/html';
import { routePath } from 'hono/route';
import { guardInForce, refuseOtherSites } from '../access/other-sites.ts';
import { ApiError } from '../errors/api-error.ts';
import { ERROR_CATALOGUE } from '../errors/error-catalogue.ts';
import { answerFor } from '../errors/on-error.ts';
import type { HttpApp, HttpEnv } from '../http-env.ts';
import { assetHandlers } from './assets.ts';
import type { DashboardDependencies } from './dashboard-dependencies.ts';
import { DashboardSite } from './dashboard-site.ts';
import { changeMatchingHandlers } from './pages/change-matching.ts';
import { docsHandlers } from './pages/docs.ts';
import { enqueueHandlers } from './pages/enqueue.ts';
import { bareLayout } from './pages/layout.ts';
import { loginHandlers } from './pages/login.ts';
import { messageHandlers } from './pages/message.ts';
import { messagesHandlers } from './pages/messages.ts';
import { overviewHandlers } from './pages/overview.ts';
import { reasonHandlers } from './pages/reasons.ts';
import { sandboxHandlers } from './pages/sandbox.ts';
import { pageResponse } from './responses.ts';

const OWN_PATHS = ['/', '/dashboard/*', '/docs', '/swagger/*'];

/**
 * Makes the dashboard as a Hono app of its own: pages at `/`, `/docs` and below `/dashboard`. With `apiKeys` every page but the login asks for one
 * of them, once; then a cookie that no script can read, signed with the key, is enough. A session ends at the logout, after 15 minutes without
 * use, after 12 hours, and when its key is removed. This process remembers logouts until it ends. Forms are taken only from its own pages.
 * `createHttpApp` mounts it where it is given `dashboard`.
 */
export function createDashboard(dependencies: DashboardDependencies): HttpApp {
  const site = new DashboardSite(dependencies);
  const { app } = site;
  app.onError(onPageError(site));
  const guard = guardInForce(dependencies.browserGuard, !site.access.hasKeys);
  if (guard !== null) {
    // On its own paths only: the host's others are not its affair, wherever it is mounted.
    for (const path of OWN_PATHS) app.use(path, refuseOtherSites(guard));
  }

  assetHandlers(app, site.assets);
  loginHandlers(site);
  overviewHandlers(site);
  messagesHandlers(site);
  messageHandlers(site);
  reasonHandlers(site);
  changeMatchingHandlers(site);
  enqueueHandlers(site);
  sandboxHandlers(site);
  docsHandlers(site);
  app.get('/dashboard', (c) => c.redirect(`${site.baseOf(c)}/`, 302));
  app.all('/dashboard/*', () => {
    throw new ApiError('not_found', { text: 'there is no such page' });
  });
  return app;
}

/** A page for an error. An unexpected one is not shown; it goes to `onFault`. */
function onPageError(site: DashboardSite): ErrorHandler<HttpEnv> {
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
