import type { MessageStatus, StatusCounts } from '@messaging-system/core';
import { isMessageStatus, MESSAGE_STATUSES } from '@messaging-system/core/adapter';
import { html } from 'hono/html';
import { ApiError } from '../../errors/api-error.ts';
import { OUTCOME_CODES } from '../../errors/outcome-errors.ts';
import { type MessagePageJson, messageJson } from '../../messages/message-json.ts';
import type { DashboardSite } from '../dashboard-site.ts';
import { each, formatCount, formatTime, type Markup, messagePath, NOTHING, words } from '../markup.ts';
import { pageResponse, seeOther } from '../responses.ts';
import { isFiltered, type MessageFilter, SINCE, searchMessages, sinceOf } from '../search-messages.ts';
import { layout, type Notice, noticeOf, type PageContext } from './layout.ts';

/** The messages, newest first: all, or those that somebody looks for. */
export function messagesHandlers(site: DashboardSite): void {
  const { messages } = site.dependencies;

  site.page('/dashboard/messages', 'read', async (page, c) => {
    const { cursor, done, count, ...asked } = c.req.query();
    const search = (asked.search ?? '').trim();
    const status = isMessageStatus(asked.status) ? asked.status : null;
    // A text that does not begin like a phone number is first taken for an id.
    if (/^[^+]/.test(search)) {
      const found = await messages.find(search);
      if (found !== null) return seeOther(c, page.base + messagePath(found.id));
    }
    const filter = { status, search, reason: (asked.reason ?? '').trim(), since: sinceOf(asked.since) };
    const result = await searchMessages(messages, filter, cursor ?? null, site.dependencies.clock.now());
    if (result === 'invalid_cursor') throw new ApiError(OUTCOME_CODES.list.invalid_cursor);
    const counts = await messages.counts();
    const shown = { items: result.items.map(messageJson), nextCursor: result.nextCursor };
    return pageResponse(
      c,
      messagesPage(page, filter, shown, counts, cursor === undefined, noticeOf(done, count)),
    );
  });
}

function messagesPage(
  context: PageContext,
  filter: MessageFilter,
  page: MessagePageJson,
  counts: StatusCounts,
  isFirst: boolean,
  notice: Notice | null,
): Markup {
  const { base } = context;
  const { status, search, reason, since } = filter;
  const mayChangeAll = context.caller.scopes.has('operate') && reason === '' && since === '';
  const redrive = mayChangeAll && status !== null ? REDRIVE[status] : undefined;
  return layout(context, {
    title: 'Messages',
    section: 'messages',
    notice,
    main: html`<h1>Messages</h1>
      <form class="filter" method="get" action="${base}/dashboard/messages" role="search">
        <div>
          <label for="status">Status</label>
          <select id="status" name="status">
            <option value="">any</option>
            ${each(MESSAGE_STATUSES, (each) => html`<option value="${each}"${each === status ? SELECTED : NOTHING}>${each} (${formatCount(counts[each])})</option>`)}
          </select>
        </div>
        <div>
          <label for="since">Created</label>
          <select id="since" name="since">
            ${each(Object.entries(SINCE), ([name, { title }]) => html`<option value="${name}"${name === since ? SELECTED : NOTHING}>${title}</option>`)}
          </select>
        </div>
        <div>
          <label for="reason">Reason</label>
          <input id="reason" name="reason" value="${reason}" autocomplete="off" spellcheck="false" placeholder="http_503" size="12" />
        </div>
        <div class="grow">
          <label for="search">Phone number or message id</label>
          <input id="search" name="search" type="search" value="${search}" autocomplete="off" spellcheck="false" placeholder="+905551234567" />
        </div>
        <button>Show</button>
      </form>
      ${status === 'unknown' ? html`<p class="notice unknown">Nobody knows whether these messages arrived. Ask the receiver for their ids, which it got as <code>webhook-id</code>. Redrive those that it does not have.</p>` : NOTHING}
      ${status === 'failed' || status === 'unknown' ? html`<p><a href="${withQuery(`${base}/dashboard/reasons`, { status, since })}">Count by reason</a></p>` : NOTHING}
      ${redrive === undefined ? NOTHING : html`<p><a class="button" id="redrive-all" href="${withQuery(`${base}/dashboard/redrive`, { status: status ?? '', phoneNumber: search })}">${redrive}</a>${status === 'unsent' ? html` <a class="button" id="cancel-all" href="${withQuery(`${base}/dashboard/cancel`, { phoneNumber: search })}">Cancel all of these…</a>` : NOTHING}</p>`}
      <div id="list" data-live="fetched">${table(context, filter, page)}${pager(base, filter, page.nextCursor, isFirst)}</div>`,
  });
}

const REDRIVE: Readonly<Partial<Record<MessageStatus, string>>> = {
  failed: 'Redrive all of these…',
  unknown: 'Redrive all of these…',
  unsent: 'Send now what waits for a retry…',
};

const SELECTED = html` selected`;

function emptyList({ base, caller }: PageContext, filter: MessageFilter, isLast: boolean): Markup {
  if (!isLast) return html`<p class="empty">None of the latest messages match. Press “Older” to go on.</p>`;
  if (isFiltered(filter)) {
    return html`<p class="empty">No message matches. <a href="${base}/dashboard/messages">Show all</a></p>`;
  }
  if (!caller.scopes.has('send')) return html`<p class="empty">There are no messages yet.</p>`;
  return html`<p class="empty">There are no messages yet. <a href="${base}/dashboard/new">Send one.</a></p>`;
}

function table(context: PageContext, filter: MessageFilter, { items, nextCursor }: MessagePageJson): Markup {
  const { base } = context;
  if (items.length === 0) return emptyList(context, filter, nextCursor === null);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Messages, newest first">
    <table>
      <thead>
        <tr><th scope="col">Phone number</th><th scope="col">Status</th><th scope="col">Content</th><th scope="col">Attempts</th><th scope="col">Created</th><th scope="col">Id</th></tr>
      </thead>
      <tbody>
        ${each(
          items,
          (message) => html`<tr>
            <td><a id="m-${message.id}" href="${base}${messagePath(message.id)}">${message.phoneNumber === '' ? '(none)' : message.phoneNumber}</a></td>
            <td><span class="pill ${message.status}">${message.status}</span>${message.leasedUntil === null ? NOTHING : html` <span class="small">under way</span>`}${message.reason === null ? NOTHING : html` <span class="small">${words(message.reason)}</span>`}</td>
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

function pager(base: string, filter: MessageFilter, cursor: string | null, isFirst: boolean): Markup {
  const query = { ...filter, status: filter.status ?? '' };
  return html`<nav class="pager" aria-label="More messages">
    ${isFirst ? NOTHING : html`<a id="newest" href="${withQuery(`${base}/dashboard/messages`, query)}">Newest</a>`}
    ${cursor === null ? NOTHING : html`<a id="older" rel="next" href="${withQuery(`${base}/dashboard/messages`, { ...query, cursor })}">Older</a>`}
  </nav>`;
}

/** Without the parameters that say nothing. */
export function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== '');
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}
