import { html } from 'hono/html';
import { formatInstant } from '../../json/instant.ts';
import type { SandboxDelivery } from '../../sandbox/sandbox-receiver.ts';
import type { DashboardSite } from '../dashboard-site.ts';
import { each, formatTime, type Markup, messagePath } from '../markup.ts';
import { layout, type PageContext } from './layout.ts';

const SHOWN_DELIVERIES = 50;

/** The deliveries that the receiver inside this server got. */
export function sandboxHandlers(site: DashboardSite): void {
  const { sandbox } = site.dependencies;
  if (sandbox === undefined) return;
  site.page('/dashboard/sandbox', 'read', (page) =>
    sandboxPage(page, sandbox.latest(SHOWN_DELIVERIES), sandbox.received),
  );
}

function sandboxPage(context: PageContext, deliveries: readonly SandboxDelivery[], received: number): Markup {
  return layout(context, {
    title: 'Sandbox',
    section: 'sandbox',
    main: html`<h1>Sandbox</h1>
      <p>Deliveries go to a receiver inside this server, which accepts everything. Nothing leaves it.</p>
      <div id="deliveries" data-live="fetched">
        <p><span id="received">${received}</span> received${received > deliveries.length ? html`; the latest ${deliveries.length}, newest first` : ''}</p>
        ${deliveries.length === 0 ? html`<p class="empty">Nothing has arrived yet.${context.caller.scopes.has('send') ? html` <a href="${context.base}/dashboard/new">Send a message.</a>` : ''}</p>` : html`<ol class="deliveries">${each(deliveries, (one) => delivery(context.base, one))}</ol>`}
      </div>`,
  });
}

function delivery(base: string, { receivedAt, headers, body, messageId }: SandboxDelivery): Markup {
  const id = headers['webhook-id'];
  const text = typeof body === 'string' ? body : JSON.stringify(body, null, 2);
  return html`<li>
    <p class="time">${formatTime(formatInstant(receivedAt))}${id === undefined ? '' : html`, message <a id="d-${messageId}" href="${base}${messagePath(id)}">${id}</a>`}</p>
    <pre tabindex="0" role="region" aria-label="Body">${text}</pre>
    <details id="h-${messageId}">
      <summary>Headers</summary>
      <dl>${each(Object.entries(headers), ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    </details>
  </li>`;
}
