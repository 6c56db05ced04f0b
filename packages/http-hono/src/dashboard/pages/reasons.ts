import { html } from 'hono/html';
import type { DashboardSite } from '../dashboard-site.ts';
import { each, formatCount, type Markup } from '../markup.ts';
import { pageResponse } from '../responses.ts';
import { COUNT_ALL, SINCE, searchMessages, sinceOf } from '../search-messages.ts';
import { layout, type PageContext } from './layout.ts';
import { withQuery } from './messages.ts';

/** How many of the failed or unknown messages have which reason: of the newest 20,000. */
export function reasonHandlers(site: DashboardSite): void {
  const { messages, clock } = site.dependencies;
  site.page('/dashboard/reasons', 'read', async (page, c) => {
    const status = c.req.query('status') === 'unknown' ? 'unknown' : 'failed';
    const since = sinceOf(c.req.query('since'));
    const filter = { status, since, search: '', reason: '', before: '' } as const;
    const found = await searchMessages(messages, filter, null, clock.now(), COUNT_ALL);
    if (found === 'invalid_cursor') throw new TypeError('the repository refused a list without a cursor');
    const counts = Object.entries(Object.groupBy(found.items, ({ reason }) => reason ?? ''))
      .map(([reason, group = []]) => ({ reason, count: group.length }))
      .toSorted((one, other) => other.count - one.count);
    const total = { count: found.items.length, exact: found.nextCursor === null };
    return pageResponse(c, reasonsPage(page, filter, counts, total));
  });
}

function reasonsPage(
  context: PageContext,
  { status, since }: { readonly status: 'failed' | 'unknown'; readonly since: keyof typeof SINCE },
  counts: readonly { readonly reason: string; readonly count: number }[],
  total: { readonly count: number; readonly exact: boolean },
): Markup {
  const list = (reason: string): string =>
    withQuery(`${context.base}/dashboard/messages`, { status, reason, since });
  const title = status === 'failed' ? 'Failed messages by reason' : 'Unknown messages by reason';
  return layout(context, {
    title,
    section: 'messages',
    main: html`<p class="crumb"><a href="${list('')}">Messages</a></p>
      <h1>${title}</h1>
      <p>${total.exact ? 'All' : 'The newest'} ${formatCount({ ...total, exact: true })}, created ${SINCE[since].title}.</p>
      <div class="scroll" tabindex="0" role="region" aria-label="Counts by reason">
        <table>
          <thead><tr><th scope="col">Reason</th><th scope="col" class="number">Messages</th></tr></thead>
          <tbody>
            ${each(
              counts,
              ({ reason, count }) =>
                html`<tr><td><a href="${list(reason)}"><code>${reason === '' ? 'none' : reason}</code></a></td><td class="number">${formatCount({ count, exact: true })}</td></tr>`,
            )}
          </tbody>
        </table>
      </div>`,
  });
}
