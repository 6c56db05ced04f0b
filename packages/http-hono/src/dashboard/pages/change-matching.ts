import type { ListQuery, MessageStatus, RedriveFilter } from '@messaging-system/core';
import { html } from 'hono/html';
import * as v from 'valibot';
import { ApiError } from '../../errors/api-error.ts';
import { redriveFilterSchema } from '../../messages/operator-json.ts';
import type { MessagesUseCases } from '../../use-cases.ts';
import type { DashboardSite } from '../dashboard-site.ts';
import type { Form } from '../form.ts';
import { each, formatCount, type Markup, NOTHING } from '../markup.ts';
import { pageResponse, seeOther } from '../responses.ts';
import { layout, type Notice, type PageContext, tokenField } from './layout.ts';
import { withQuery } from './messages.ts';

interface MatchCount {
  readonly count: number;
  readonly exact: boolean;
}

/**
 * Many messages at once: the page says how many, and asks. A redrive takes no more than the page said without asking
 * again.
 */
export function changeMatchingHandlers(site: DashboardSite): void {
  const { messages } = site.dependencies;

  site.page('/dashboard/redrive', 'operate', async (page, c) => {
    const filter = filterOf(c.req.query());
    return pageResponse(c, redrivePage(page, filter, await countMatching(messages, filter)));
  });

  site.form('/dashboard/redrive', 'operate', async (page, c, form) => {
    const filter = filterOf(form);
    const matching = await countMatching(messages, filter);
    // A count that is missing confirms nothing. Of those that wait nobody knows how many there are, and each is sent anyway.
    if (filter.status !== 'unsent' && !(matching.count <= Number(form.count))) {
      const text = `There are ${matching.count} by now. Nothing was redriven yet.`;
      return pageResponse(c, redrivePage(page, filter, matching, { kind: 'problem', text }), 409);
    }
    const redriven = await site.operations.redriveMatching(c, filter);
    return seeOther(c, `${page.base}/dashboard/messages?done=all-redriven&count=${redriven}`);
  });

  site.page('/dashboard/cancel', 'operate', async (page, c) => {
    const filter = { status: 'unsent', ...ofPhone(c.req.query()) } as const;
    return pageResponse(c, cancelPage(page, filter, await countMatching(messages, filter)));
  });

  site.form('/dashboard/cancel', 'operate', async ({ base }, c, form) => {
    const { cancelled, inFlight } = await site.operations.cancelMatching(c, ofPhone(form));
    const done = inFlight === 0 ? 'all-cancelled' : 'others-cancelled';
    return seeOther(c, `${base}/dashboard/messages?done=${done}&count=${cancelled}`);
  });
}

function filterOf({ status, ...asked }: Form): RedriveFilter {
  const result = v.safeParse(redriveFilterSchema, { status, ...ofPhone(asked) });
  if (!result.success) throw new ApiError('invalid_request');
  return result.output;
}

function ofPhone({ phoneNumber = '' }: Form): { readonly phoneNumber?: string } {
  return phoneNumber === '' ? {} : { phoneNumber };
}

const MOST_COUNTED = 1_000;

/** How many messages this filter has, in bounded time: beyond a thousand of one number, at least so many. */
async function countMatching(
  messages: MessagesUseCases,
  { status, phoneNumber }: Pick<ListQuery, 'phoneNumber'> & { readonly status: MessageStatus },
): Promise<MatchCount> {
  if (phoneNumber === undefined) return (await messages.counts())[status];
  const page = await messages.list({ status, phoneNumber, limit: MOST_COUNTED });
  if (page.kind !== 'page') throw new TypeError('the repository refused a list without a cursor');
  return { count: page.items.length, exact: page.nextCursor === null };
}

function redrivePage(
  context: PageContext,
  filter: RedriveFilter,
  matching: MatchCount,
  notice: Notice | null = null,
): Markup {
  const { status, phoneNumber = '' } = filter;
  const isWaiting = status === 'unsent';
  return confirmPage(context, filter, matching, {
    path: '/dashboard/redrive',
    fields: { status, phoneNumber, count: String(matching.count) },
    does: isWaiting ? 'Send now' : 'Redrive',
    what: isWaiting ? 'what waits for a retry' : counted(matching, status),
    effect: isWaiting
      ? `Of ${formatCount(matching)} unsent, those that failed and wait for their next attempt are due at once. Their attempts stay; what is under way, or was asked for later, is left alone`
      : 'Each is sent again, with its attempts started over and the same webhook-id',
    ...(status === 'unknown' && {
      rest: ' Those that have arrived then arrive again: ask the receiver first, and redrive one by one what it does not have.',
    }),
    notice,
  });
}

function cancelPage(context: PageContext, filter: RedriveFilter, matching: MatchCount): Markup {
  return confirmPage(context, filter, matching, {
    path: '/dashboard/cancel',
    fields: { phoneNumber: filter.phoneNumber ?? '' },
    does: 'Cancel',
    what: counted(matching, 'unsent'),
    effect: 'Each that is not under way is dropped permanently',
    rest: ' What is enqueued from now on stays.',
    style: html` class="danger"`,
  });
}

interface Question {
  readonly path: string;
  /** The filter, which the form repeats, so that exactly the shown messages are confirmed. */
  readonly fields: Readonly<Record<string, string>>;
  readonly does: string;
  readonly what: string;
  readonly effect: string;
  readonly rest?: string;
  readonly style?: Markup;
  readonly notice?: Notice | null;
}

/** Asks before many messages are changed. */
function confirmPage(
  context: PageContext,
  { status, phoneNumber = '' }: RedriveFilter,
  matching: MatchCount,
  { path, fields, does, what, effect, rest = '', style = NOTHING, notice = null }: Question,
): Markup {
  const { base } = context;
  const back = withQuery(`${base}/dashboard/messages`, { status, search: phoneNumber });
  return layout(context, {
    title: does,
    section: 'messages',
    notice,
    main: html`<h1>${does} ${what}?</h1>
      <p>${effect}${phoneNumber === '' ? NOTHING : html`; only those to ${phoneNumber}`}.${rest}</p>
      ${
        matching.count === 0
          ? html`<p>There is nothing to ${does.toLowerCase()}.</p>`
          : html`<form method="post" action="${base}${path}">
              ${tokenField(context)}
              ${each(Object.entries(fields), ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
              <button id="confirm"${style}>${does} ${what}</button>
            </form>`
      }
      <p><a href="${back}">Back, and change nothing</a></p>`,
  });
}

function counted(matching: MatchCount, status: MessageStatus): string {
  return `${formatCount(matching)} ${status} ${matching.count === 1 ? 'message' : 'messages'}`;
}
