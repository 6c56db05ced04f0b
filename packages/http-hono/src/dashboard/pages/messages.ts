import type { MessageStatus, StatusCounts } from '@messaging-system/core';
import { isMessageStatus, MESSAGE_STATUSES } from '@messaging-system/core/adapter';
import { html } from 'hono/html';
import { ApiError } from '../../errors/api-error.ts';
import { OUTCOME_CODES } from '../../errors/outcome-errors.ts';
import { formatInstant } from '../../json/instant.ts';
import { type MessageJson, messageJson } from '../../messages/message-json.ts';
import type { DashboardSite } from '../dashboard-site.ts';
import { each, formatCount, formatTime, type Markup, messagePath, NOTHING, words } from '../markup.ts';
import { pageResponse, seeOther } from '../responses.ts';
import {
  beforeOf,
  FIRST_LOOK,
  isFiltered,
  isNarrow,
  LONGER_LOOK,
  type MessageFilter,
  SINCE,
  searchMessages,
  sinceOf,
} from '../search-messages.ts';
import { layout, type Notice, noticeOf, type PageContext } from './layout.ts';

/** The messages, newest first: all, or those that somebody looks for. */
export function messagesHandlers(site: DashboardSite): void {
  const { messages, clock } = site.dependencies;

  site.page('/dashboard/messages', 'read', async (page, c) => {
    const { cursor, done, count, ...asked } = c.req.query();
    const search = (asked.search ?? '').trim();
    const status = isMessageStatus(asked.status) ? asked.status : null;
    // A text that does not begin like a phone number is first taken for an id.
    if (/^[^+]/.test(search)) {
      const found = await messages.find(search);
      if (found !== null) return seeOther(c, page.base + messagePath(found.id));
    }
    const filter = {
      status,
      search,
      reason: (asked.reason ?? '').trim(),
      since: sinceOf(asked.since),
      before: beforeOf(asked.before),
    };
    const isFirst = cursor === undefined;
    const patience = isFirst ? FIRST_LOOK : LONGER_LOOK;
    const result = await searchMessages(messages, filter, cursor ?? null, clock.now(), patience);
    if (result === 'invalid_cursor') throw new ApiError(OUTCOME_CODES.list.invalid_cursor);
    const backTo = formatInstant(result.backTo);
    const shown = { ...result, items: result.items.map(messageJson), backTo, isFirst };
    return pageResponse(c, messagesPage(page, filter, shown, await messages.counts(), noticeOf(done, count)));
  });
}

interface ShownMessages {
  readonly items: readonly MessageJson[];
  readonly nextCursor: string | null;
  readonly looks: number;
  readonly backTo: string | null;
  readonly isFirst: boolean;
}

function messagesPage(
  context: PageContext,
  filter: MessageFilter,
  page: ShownMessages,
  counts: StatusCounts,
  notice: Notice | null,
): Markup {
  const { base } = context;
  const { status, search, reason, since, before } = filter;
  const mayChangeAll = context.caller.scopes.has('operate') && !isNarrow(filter);
  const redrive = mayChangeAll && status !== null ? REDRIVE[status] : undefined;
  return layout(context, {
    title: 'Messages',
    section: 'messages',
    notice,
    main: html`<h1>Messages</h1>
      <form class="filter" method="get" action="${base}/dashboard/messages" role="search">
        <div class="grow">
          <label for="status">Status</label>
          <select id="status" name="status">
            <option value="">any</option>
            ${each(MESSAGE_STATUSES, (each) => html`<option value="${each}"${each === status ? SELECTED : NOTHING}>${each} (${formatCount(counts[each])})</option>`)}
          </select>
        </div>
        <div class="grow">
          <label for="since">Created</label>
          <select id="since" name="since">
            ${each(Object.entries(SINCE), ([name, { title }]) => html`<option value="${name}"${name === since ? SELECTED : NOTHING}>${title}</option>`)}
          </select>
        </div>
        <div class="grow">
          <label for="before">Created before (UTC)</label>
          <input id="before" name="before" type="datetime-local" value="${before}" />
        </div>
        <div class="grow">
          <label for="reason">Reason</label>
          <input id="reason" name="reason" value="${reason}" autocomplete="off" spellcheck="false" placeholder="http_503" size="10" />
        </div>
        <div class="grow">
          <label for="search">Number or message id</label>
          <input id="search" name="search" type="search" value="${search}" autocomplete="off" spellcheck="false" placeholder="+905551234567" size="16" />
        </div>
        <button>Show</button>
      </form>
      ${status === 'unknown' ? html`<p class="notice unknown">Nobody knows whether these messages arrived. Ask the receiver for their ids, which it got as <code>webhook-id</code>. Redrive those that it does not have.</p>` : NOTHING}
      <div class="controls">
        ${redrive === undefined ? NOTHING : html`<a class="button" id="redrive-all" href="${withQuery(`${base}/dashboard/redrive`, { status: status ?? '', phoneNumber: search })}">${redrive}</a>${status === 'unsent' ? html`<a class="button danger" id="cancel-all" href="${withQuery(`${base}/dashboard/cancel`, { phoneNumber: search })}">Cancel all of these…</a>` : NOTHING}`}
        ${status === 'failed' || status === 'unknown' ? html`<a href="${withQuery(`${base}/dashboard/reasons`, { status, since })}">Count by reason</a>` : NOTHING}
      </div>
      <div id="list"${isNarrow(filter) && !page.isFirst ? NOTHING : html` data-live="fetched"`}>${table(context, filter, page)}${progress(filter, page)}${pager(base, filter, page)}</div>`,
  });
}

const REDRIVE: Readonly<Partial<Record<MessageStatus, string>>> = {
  failed: 'Redrive all of these…',
  unknown: 'Redrive all of these…',
  unsent: 'Send now what waits for a retry…',
};

const SELECTED = html` selected`;

function emptyList({ base, caller }: PageContext, filter: MessageFilter, isLast: boolean): Markup {
  if (!isLast) return html`<p class="empty">No match so far.</p>`;
  if (isFiltered(filter)) {
    return html`<p class="empty">No message matches. <a href="${base}/dashboard/messages">Show all</a></p>`;
  }
  if (!caller.scopes.has('send')) return html`<p class="empty">There are no messages yet.</p>`;
  return html`<p class="empty">There are no messages yet. <a href="${base}/dashboard/new">Send one.</a></p>`;
}

function table(context: PageContext, filter: MessageFilter, { items, nextCursor }: ShownMessages): Markup {
  const { base } = context;
  if (items.length === 0) return emptyList(context, filter, nextCursor === null);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Messages, newest first">
    <table class="messages">
      <thead>
        <tr><th scope="col">Phone number</th><th scope="col">Status</th><th scope="col">Content</th><th scope="col" class="number">Attempts</th><th scope="col">Created</th><th scope="col">Id</th></tr>
      </thead>
      <tbody>
        ${each(
          items,
          (message) => html`<tr>
            <td><a id="m-${message.id}" href="${base}${messagePath(message.id)}">${message.phoneNumber === '' ? '(none)' : message.phoneNumber}</a></td>
            <td class="status"><span class="pill ${message.status}">${message.status}</span>${message.leasedUntil === null ? NOTHING : html` <span class="small">under way</span>`}${message.reason === null ? NOTHING : html` <span class="small">${words(message.reason)}</span>`}</td>
            <td class="content"><div class="clamped">${message.content}</div></td>
            <td class="number">${message.attempts}</td>
            <td class="time">${formatTime(message.createdAt)}</td>
            <td class="id">${message.id}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** How far a search has come that is not over. */
function progress(filter: MessageFilter, { nextCursor, looks, backTo }: ShownMessages): Markup {
  if (nextCursor === null || !isNarrow(filter)) return NOTHING;
  const isBroad = filter.status === null && filter.search === '';
  const tip = isBroad ? ' With a status or a phone number it looks through those messages only.' : '';
  return html`<p id="progress">This page looked through ${formatCount({ count: looks, exact: true })} messages, back to ${formatTime(backTo)}.${tip}</p>`;
}

function pager(base: string, filter: MessageFilter, { nextCursor, isFirst }: ShownMessages): Markup {
  const query = { ...filter, status: filter.status ?? '' };
  return html`<nav class="pager" aria-label="More messages">
    ${isFirst ? NOTHING : html`<a id="newest" href="${withQuery(`${base}/dashboard/messages`, query)}">Newest</a>`}
    ${nextCursor === null ? NOTHING : html`<a id="older" rel="next" href="${withQuery(`${base}/dashboard/messages`, { ...query, cursor: nextCursor })}">${isNarrow(filter) ? 'Go on looking' : 'Older'}</a>`}
  </nav>`;
}

/** Without the parameters that say nothing. */
export function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== '');
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}
