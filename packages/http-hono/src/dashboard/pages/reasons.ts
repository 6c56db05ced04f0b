import type { Message } from '@messaging-system/core';
import { html } from 'hono/html';
import { ApiError } from '../../errors/api-error.ts';
import type { DashboardSite } from '../dashboard-site.ts';
import { each, type Markup, words } from '../markup.ts';
import { pageResponse } from '../responses.ts';
import { SINCE, sinceOf } from '../search-messages.ts';
import { layout, type PageContext } from './layout.ts';
import { withQuery } from './messages.ts';

const MOST_COUNTED = 1_000;

/** How many of the newest failed or unknown messages have which reason. */
export function reasonHandlers(site: DashboardSite): void {
  const { messages, clock } = site.dependencies;
  site.page('/dashboard/reasons', 'read', async (page, c) => {
    const status = c.req.query('status') === 'unknown' ? 'unknown' : 'failed';
    const since = sinceOf(c.req.query('since'));
    const newest = await messages.list({ status, limit: MOST_COUNTED });
    if (newest.kind !== 'page') throw new ApiError('invalid_request');
    const { ms } = SINCE[since];
    const earliest = ms === null ? 0 : clock.now() - ms;
    const recent = newest.items.filter(({ createdAt }) => createdAt === null || createdAt >= earliest);
    return pageResponse(c, reasonsPage(page, { status, since }, recent));
  });
}

function reasonsPage(
  context: PageContext,
  { status, since }: { readonly status: 'failed' | 'unknown'; readonly since: keyof typeof SINCE },
  messages: readonly Message[],
): Markup {
  const counts = Object.entries(Object.groupBy(messages, ({ reason }) => reason ?? '')).map(
    ([reason, group = []]) => ({ reason, count: group.length }),
  );
  const list = (reason: string): string =>
    withQuery(`${context.base}/dashboard/messages`, { status, reason, since });
  const isAll = messages.length < MOST_COUNTED;
  return layout(context, {
    title: 'Reasons',
    section: 'messages',
    main: html`<p class="crumb"><a href="${list('')}">${status} messages</a></p>
      <h1>${status} messages by reason</h1>
      <p>${isAll ? `All ${messages.length}` : `The newest ${messages.length}`}, created ${SINCE[since].title}.</p>
      <div class="scroll" tabindex="0" role="region" aria-label="Counts by reason">
        <table>
          <thead><tr><th scope="col">Reason</th><th scope="col">Code</th><th scope="col">Messages</th></tr></thead>
          <tbody>
            ${each(
              counts.toSorted((one, other) => other.count - one.count),
              ({ reason, count }) =>
                html`<tr><td><a href="${list(reason)}">${reason === '' ? 'none' : words(reason)}</a></td><td><code>${reason}</code></td><td class="number">${count}</td></tr>`,
            )}
          </tbody>
        </table>
      </div>`,
  });
}
