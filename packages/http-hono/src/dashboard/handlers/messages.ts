import { isMessageStatus } from '@messaging-system/core';
import { ApiError } from '../../errors/api-error.ts';
import { OUTCOME_CODES } from '../../errors/outcome-codes.ts';
import { statusRefusal } from '../../errors/status-refusal.ts';
import type { HttpApp } from '../../http-env.ts';
import { messageJson } from '../../wire/message-json.ts';
import type { DashboardSite } from '../dashboard-site.ts';
import { noticeOf } from '../notices.ts';
import { messagePage } from '../pages/message.ts';
import { messagesPage } from '../pages/messages.ts';
import { pageResponse, seeOther } from '../responses.ts';

const PER_PAGE = 25;

export function messageHandlers(app: HttpApp, site: DashboardSite): void {
  const { messages } = site.dependencies;
  const { operations } = site;

  app.get(
    '/dashboard/messages',
    site.page('read', async (c, page) => {
      const search = (c.req.query('search') ?? '').trim();
      const asked = c.req.query('status') ?? '';
      const status = isMessageStatus(asked) ? asked : null;
      const cursor = c.req.query('cursor');
      // What begins like no phone number is taken for an id first.
      if (/^[^+]/.test(search)) {
        const found = await messages.find(search);
        if (found !== null) {
          return seeOther(c, `${page.base}/dashboard/messages/${encodeURIComponent(found.id)}`);
        }
      }
      const result = await messages.list({
        limit: PER_PAGE,
        ...(status === null ? {} : { status }),
        ...(search === '' ? {} : { phoneNumber: search }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      if (result.kind === 'invalid_cursor') throw new ApiError(OUTCOME_CODES.list.invalid_cursor);
      const shown = { items: result.items.map(messageJson), nextCursor: result.nextCursor };
      const notice = noticeOf(c.req.query('done'), c.req.query('count'));
      return pageResponse(c, messagesPage(page, { status, search }, shown, cursor === undefined, notice));
    }),
  );

  app.get(
    '/dashboard/messages/:id',
    site.page('read', async (c, page) => {
      const message = await messages.find(c.req.param('id') ?? '');
      if (message === null) throw new ApiError('message_not_found');
      return pageResponse(
        c,
        messagePage(page, messageJson(message), noticeOf(c.req.query('done'), undefined)),
      );
    }),
  );

  app.post(
    '/dashboard/messages/:id/cancel',
    site.form('operate', async (c, { base }) => {
      const result = await operations.cancel(c, c.req.param('id') ?? '');
      if (result.kind !== 'cancelled') throw statusRefusal(OUTCOME_CODES.cancel[result.kind], result);
      return seeOther(
        c,
        `${base}/dashboard/messages/${encodeURIComponent(result.message.id)}?done=cancelled`,
      );
    }),
  );

  app.post(
    '/dashboard/messages/:id/redrive',
    site.form('operate', async (c, { base }) => {
      const result = await operations.redrive(c, c.req.param('id') ?? '');
      if (result.kind !== 'redriven') throw statusRefusal(OUTCOME_CODES.redrive[result.kind], result);
      return seeOther(c, `${base}/dashboard/messages/${encodeURIComponent(result.message.id)}?done=redriven`);
    }),
  );
}
