import { ApiError } from '../../errors/api-error.ts';
import { RETRY_AFTER_S } from '../../errors/fault-error.ts';
import type { HttpApp } from '../../http-env.ts';
import type { DashboardSite } from '../dashboard-site.ts';
import { dispatchNotice, noticeOf } from '../notices.ts';
import { overviewPage } from '../pages/overview.ts';
import { pageResponse, seeOther } from '../responses.ts';

export function overviewHandlers(app: HttpApp, site: DashboardSite): void {
  const { operations } = site;

  app.get(
    '/',
    site.page('read', async (c, page) => {
      const notice = noticeOf(c.req.query('done'), c.req.query('count'));
      return pageResponse(c, overviewPage(page, await site.snapshot(), site.settings, notice));
    }),
  );

  app.get('/dashboard/live', async (c) => {
    const base = site.baseOf(c);
    // A script can't follow to a login.
    const session = site.access.session(c, base);
    if (session === null) return c.body(null, 401);
    if (c.req.method === 'HEAD') return c.body(null, 204);
    // Over with its client or with the server, whichever ends first: nothing that waits for it may keep a process open.
    const page = new AbortController();
    const client = AbortSignal.any([c.req.raw.signal, page.signal]);
    const stream = await site.live(base, site.access.whileKnown(session, client), () => page.abort());
    if (stream === null) page.abort();
    if (stream?.body == null) return c.body(null, 503, { 'retry-after': String(RETRY_AFTER_S) });
    // With the cookie that renews the session.
    return c.body(stream.body, stream);
  });

  app.post(
    '/dashboard/processor/dispatch',
    site.form('operate', async (c, page) => {
      const notice = dispatchNotice(await operations.dispatch(c));
      return pageResponse(c, overviewPage(page, await site.snapshot(), site.settings, notice));
    }),
  );
  // A reload after a batch asks for no second one.
  app.get('/dashboard/processor/dispatch', (c) => seeOther(c, `${site.baseOf(c)}/`));

  app.post(
    '/dashboard/processor/:action',
    site.form('operate', (c, { base }) => {
      switch (c.req.param('action')) {
        case 'start':
          operations.start(c);
          return seeOther(c, `${base}/?done=started`);
        case 'stop':
          operations.stop(c);
          return seeOther(c, `${base}/?done=stopped`);
        default:
          throw new ApiError('invalid_action');
      }
    }),
  );
}
