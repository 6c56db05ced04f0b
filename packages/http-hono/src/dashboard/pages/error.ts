import { html } from 'hono/html';
import type { Markup } from '../html.ts';
import type { PageContext } from '../page-context.ts';
import { bareLayout } from './layout.ts';

export function errorPage(
  context: Pick<PageContext, 'base' | 'assetVersion'>,
  text: string,
  code: string,
  requestId: string,
): Markup {
  return bareLayout(
    context,
    'Problem',
    html`<h1>That did not work</h1>
      <p class="notice problem" role="alert">${text} <code>${code}</code></p>
      <p class="small">Request ${requestId}</p>
      <p><a href="${context.base}/">Overview</a></p>`,
  );
}
