import { html } from 'hono/html';
import type { DashboardSite } from '../dashboard-site.ts';
import type { Markup } from '../markup.ts';
import { pageResponse } from '../responses.ts';
import { layout, type PageContext } from './layout.ts';

/** A reader of the app's own OpenAPI document, which can also try its operations. */
export function docsHandlers(site: DashboardSite): void {
  const { openApi } = site.dependencies;
  if (openApi === undefined) return;
  site.page('/docs', 'read', (page, c) => pageResponse(c, docsPage(page), 200, 'reader'));
  // The same document as /openapi.json, which asks for the key in a header: a link in a browser has only the session.
  site.page('/dashboard/openapi.json', 'read', ({ base }, c) =>
    c.json(openApi(base) ?? null, 200, { 'cache-control': 'no-store' }),
  );
  // The last two are the Go service's.
  for (const path of ['/swagger', '/swagger/', '/swagger/index.html']) {
    site.app.get(path, (c) => c.redirect(`${site.baseOf(c)}/docs`, 302));
  }
}

function docsPage(context: PageContext): Markup {
  const url = `${context.base}/dashboard/openapi.json`;
  const key = context.hasKey
    ? html` Press <strong>Authorize</strong> and enter an API key to send requests from this page.`
    : html` The requests that you try here are real.`;
  return layout(context, {
    title: 'API',
    section: 'docs',
    assets: ['swagger-ui.css', 'swagger-ui-bundle.js', 'docs.js'],
    main: html`<h1>The API</h1>
      <p>Every operation, with “Try it out”.${key} <a href="${url}">OpenAPI 3.1 document</a></p>
      <noscript><p class="notice">The reader needs JavaScript. The <a href="${url}">OpenAPI document</a> does not.</p></noscript>
      <div id="reader" data-url="${url}"></div>`,
  });
}
