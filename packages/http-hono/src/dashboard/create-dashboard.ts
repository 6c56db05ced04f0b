import { Hono } from 'hono';
import { ApiError } from '../errors/api-error.ts';
import type { HttpApp, HttpEnv } from '../http-env.ts';
import { guardInForce, refuseOtherSites } from '../middleware/refuse-other-sites.ts';
import type { DashboardDependencies } from './dashboard-dependencies.ts';
import { DashboardSite } from './dashboard-site.ts';
import { cancelHandlers } from './handlers/cancel.ts';
import { enqueueHandlers } from './handlers/enqueue.ts';
import { loginHandlers } from './handlers/login.ts';
import { messageHandlers } from './handlers/messages.ts';
import { overviewHandlers } from './handlers/overview.ts';
import { redriveHandlers } from './handlers/redrive.ts';
import { onPageError } from './on-page-error.ts';
import { docsPage } from './pages/docs.ts';
import { sandboxPage } from './pages/sandbox.ts';
import { pageResponse } from './responses.ts';

const SHOWN_DELIVERIES = 50;
const OWN_PATHS = ['/', '/dashboard/*', '/docs', '/swagger/*'];

/**
 * Makes the dashboard as a Hono app of its own: pages at `/`, `/docs` and below `/dashboard`. With `apiKeys` every page but the login asks for one
 * of them, once; then a cookie that no script can read, signed with the key, is enough. A session ends at the logout, after 15 minutes without
 * use, after 12 hours, and when its key is removed. This process remembers logouts until it ends. Forms are taken only from its own pages.
 * `createHttpApp` mounts it where it is given `dashboard`.
 */
export function createDashboard(dependencies: DashboardDependencies): HttpApp {
  const site = new DashboardSite(dependencies);
  const app: HttpApp = new Hono<HttpEnv>();
  app.onError(onPageError(site));
  const guard = guardInForce(dependencies.browserGuard, !site.access.hasKeys);
  if (guard !== null) {
    // On its own paths only: the host's others are not its affair, wherever it is mounted.
    for (const path of OWN_PATHS) app.use(path, refuseOtherSites(guard));
  }

  app.get('/dashboard/assets/:name', (c) => {
    const asset = site.assets.get(c.req.param('name'));
    if (asset === undefined) throw new ApiError('not_found');
    const isNamedByVersion = c.req.query('v') === site.assetVersion;
    return c.body(asset.text, 200, {
      'content-type': asset.type,
      'cache-control': isNamedByVersion ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
  });
  loginHandlers(app, site);
  overviewHandlers(app, site);
  messageHandlers(app, site);
  redriveHandlers(app, site);
  cancelHandlers(app, site);
  enqueueHandlers(app, site);

  const { sandbox, openApi } = dependencies;
  if (sandbox !== undefined) {
    app.get(
      '/dashboard/sandbox',
      site.page('read', (c, page) =>
        pageResponse(c, sandboxPage(page, sandbox.latest(SHOWN_DELIVERIES), sandbox.received)),
      ),
    );
  }
  if (openApi !== undefined) {
    app.get(
      '/docs',
      site.page('read', (c, page) => pageResponse(c, docsPage(page, openApi(page.base)))),
    );
    // The same document as /openapi.json, which asks for the key in a header: a link in a browser has only the session.
    app.get(
      '/dashboard/openapi.json',
      site.page('read', (c, page) =>
        c.json(openApi(page.base) ?? null, 200, { 'cache-control': 'no-store' }),
      ),
    );
    // The last two are the Go service's.
    for (const path of ['/swagger', '/swagger/', '/swagger/index.html']) {
      app.get(path, (c) => c.redirect(`${site.baseOf(c)}/docs`, 302));
    }
  }
  app.get('/dashboard', (c) => c.redirect(`${site.baseOf(c)}/`, 302));
  app.all('/dashboard/*', () => {
    throw new ApiError('not_found', { text: 'there is no such page' });
  });
  return app;
}
