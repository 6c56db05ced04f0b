import type { RedriveFilter } from '@messaging-system/core';
import { html } from 'hono/html';
import { formatCount } from '../format.ts';
import { type Markup, NOTHING } from '../html.ts';
import type { PageContext } from '../page-context.ts';
import { layout, type Notice } from './layout.ts';
import { withQuery } from './messages.ts';

export interface MatchCount {
  readonly count: number;
  readonly exact: boolean;
}

/** Asks before many messages are sent again: how many is said, and has to be confirmed. */
export function redrivePage(
  context: PageContext,
  filter: RedriveFilter,
  matching: MatchCount,
  notice: Notice | null,
): Markup {
  const { base, token } = context;
  const { status, phoneNumber } = filter;
  const back = withQuery(`${base}/dashboard/messages`, { status, search: phoneNumber ?? '' });
  const what =
    status === 'unsent'
      ? 'what waits for a retry'
      : `${formatCount(matching)} ${status} ${matching.count === 1 ? 'message' : 'messages'}`;
  const does = status === 'unsent' ? 'Send now' : 'Redrive';
  return layout(context, {
    title: does,
    section: 'messages',
    notice,
    main: html`<h1>${does} ${what}?</h1>
      <p>${status === 'unsent' ? `Of ${formatCount(matching)} unsent, those that failed and wait for their next attempt are due at once. Their attempts stay; what is under way, or was asked for later, is left alone` : 'Each is sent again, with its attempts started over and the same webhook-id'}${phoneNumber === undefined ? NOTHING : html`; only those to ${phoneNumber}`}.</p>
      ${
        matching.count === 0
          ? html`<p>There is nothing to ${does.toLowerCase()}.</p>`
          : html`<form method="post" action="${base}/dashboard/redrive">
              <input type="hidden" name="token" value="${token}" />
              <input type="hidden" name="status" value="${status}" />
              <input type="hidden" name="phoneNumber" value="${phoneNumber ?? ''}" />
              <input type="hidden" name="count" value="${matching.count}" />
              <button id="confirm">${does} ${what}</button>
            </form>`
      }
      <p><a href="${back}">Back, and change nothing</a></p>`,
  });
}
