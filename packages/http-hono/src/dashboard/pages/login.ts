import { html } from 'hono/html';
import { type Markup, NOTHING } from '../html.ts';
import type { PageContext } from '../page-context.ts';
import { bareLayout } from './layout.ts';

export function loginPage(
  context: Pick<PageContext, 'base' | 'assetVersion'>,
  wasWrong: boolean,
  next: string,
): Markup {
  return bareLayout(
    context,
    'Log in',
    html`<h1>Messaging System</h1>
      ${wasWrong ? html`<p class="notice problem" role="alert" id="apiKey-problem">That is none of the server's API keys.</p>` : NOTHING}
      <form class="stack" method="post" action="${context.base}/dashboard/login">
        <input type="hidden" name="next" value="${next}" />
        <div class="field">
          <label for="apiKey">API key</label>
          <input id="apiKey" name="apiKey" type="password" required autofocus autocomplete="current-password"${wasWrong ? html` aria-invalid="true" aria-describedby="apiKey-problem"` : NOTHING} />
          <p class="small">One of <code>server.apiKey</code>. This browser is then known for a week.</p>
        </div>
        <button id="login">Log in</button>
      </form>`,
  );
}
