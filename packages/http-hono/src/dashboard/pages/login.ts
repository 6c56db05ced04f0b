import { html } from 'hono/html';
import { type Markup, NOTHING } from '../html.ts';
import type { PageContext } from '../page-context.ts';
import { bareLayout } from './layout.ts';

export function loginPage(
  context: Pick<PageContext, 'base' | 'assetVersion'>,
  /** Why the key that was given is not enough. */
  problem: string | null,
  next: string,
): Markup {
  return bareLayout(
    context,
    'Log in',
    html`<h1>Messaging System</h1>
      ${problem === null ? NOTHING : html`<p class="notice problem" role="alert" id="apiKey-problem">${problem}</p>`}
      <form class="stack" method="post" action="${context.base}/dashboard/login">
        <input type="hidden" name="next" value="${next}" />
        <div class="field">
          <label for="apiKey">API key</label>
          <input id="apiKey" name="apiKey" type="password" required autofocus autocomplete="current-password"${problem === null ? NOTHING : html` aria-invalid="true" aria-describedby="apiKey-problem"`} />
          <p class="small">A key of <code>server.apiKey</code> or <code>server.apiKeys</code> that may <code>read</code>. You stay logged in while a page is open, for up to 12 hours, and for 15 minutes after you last used one.</p>
        </div>
        <button id="login">Log in</button>
      </form>`,
  );
}
