import { html } from 'hono/html';
import { formatCount } from '../format.ts';
import { type Markup, NOTHING } from '../html.ts';
import type { PageContext } from '../page-context.ts';
import { layout } from './layout.ts';
import { withQuery } from './messages.ts';
import type { MatchCount } from './redrive.ts';

/** Asks before many messages are dropped. */
export function cancelPage(
  context: PageContext,
  phoneNumber: string | undefined,
  matching: MatchCount,
): Markup {
  const { base, token } = context;
  const back = withQuery(`${base}/dashboard/messages`, { status: 'unsent', search: phoneNumber ?? '' });
  const what = `${formatCount(matching)} unsent ${matching.count === 1 ? 'message' : 'messages'}`;
  return layout(context, {
    title: 'Cancel',
    section: 'messages',
    notice: null,
    main: html`<h1>Cancel ${what}?</h1>
      <p>Each that is not under way is dropped for good${phoneNumber === undefined ? NOTHING : html`; only those to ${phoneNumber}`}. What is enqueued from now on stays.</p>
      ${
        matching.count === 0
          ? html`<p>There is nothing to cancel.</p>`
          : html`<form method="post" action="${base}/dashboard/cancel">
              <input type="hidden" name="token" value="${token}" />
              <input type="hidden" name="phoneNumber" value="${phoneNumber ?? ''}" />
              <button id="confirm" class="danger">Cancel ${what}</button>
            </form>`
      }
      <p><a href="${back}">Back, and change nothing</a></p>`,
  });
}
