import type { RedriveFilter } from '@messaging-system/core';
import * as v from 'valibot';
import { ApiError } from '../../errors/api-error.ts';
import type { HttpApp } from '../../http-env.ts';
import { redriveFilterSchema } from '../../schemas/operator.ts';
import { countMatching } from '../count-matching.ts';
import type { DashboardSite } from '../dashboard-site.ts';
import { redrivePage } from '../pages/redrive.ts';
import { pageResponse, seeOther } from '../responses.ts';

/** Many messages at once: the page says how many, and no more than it said are taken without asking again. */
export function redriveHandlers(app: HttpApp, site: DashboardSite): void {
  const { messages } = site.dependencies;

  app.get(
    '/dashboard/redrive',
    site.page('operate', async (c, page) => {
      const filter = filterOf(c.req.query('status'), c.req.query('phoneNumber'));
      return pageResponse(c, redrivePage(page, filter, await countMatching(messages, filter), null));
    }),
  );

  app.post(
    '/dashboard/redrive',
    site.form('operate', async (c, page, form) => {
      const filter = filterOf(form.status, form.phoneNumber);
      const matching = await countMatching(messages, filter);
      // A count that is missing confirms nothing. Of those that wait nobody knows how many there are, and each is sent anyway.
      if (filter.status !== 'unsent' && !(matching.count <= Number(form.count))) {
        const text = `There are ${matching.count} by now. Nothing was redriven yet.`;
        return pageResponse(c, redrivePage(page, filter, matching, { kind: 'problem', text }), 409);
      }
      const redriven = await site.operations.redriveMatching(c, filter);
      return seeOther(c, `${page.base}/dashboard/messages?done=all-redriven&count=${redriven}`);
    }),
  );
}

function filterOf(status: string | undefined, phoneNumber: string | undefined): RedriveFilter {
  const given = phoneNumber === undefined || phoneNumber === '' ? { status } : { status, phoneNumber };
  const result = v.safeParse(redriveFilterSchema, given);
  if (!result.success) throw new ApiError('invalid_request');
  return result.output;
}
