import { html } from 'hono/html';
import type { ApiCaller } from '../../access/api-keys.ts';
import { each, type Markup, NOTHING } from '../markup.ts';

/** The request's data that every page needs. */
export interface PageContext {
  /** Where the app is mounted: empty, or `/prefix`. */
  readonly base: string;
  /** Goes into every form. */
  readonly token: string;
  /** Whose key it is; what the key may not do is not offered. */
  readonly caller: ApiCaller;
  /** Whether there is somebody to log out. */
  readonly hasKey: boolean;
  readonly hasSandbox: boolean;
  readonly hasDocs: boolean;
  /** Of style and script, so that a browser keeps them until they change. */
  readonly assetVersion: string;
}

/** The same for who is not known yet. */
export type BareContext = Pick<PageContext, 'base' | 'assetVersion'>;

type Section = 'overview' | 'messages' | 'new' | 'sandbox' | 'docs' | null;

interface Layout {
  readonly title: string;
  readonly section: Section;
  readonly main: Markup;
  /** Says what was done, or what went wrong. */
  readonly notice?: Notice | null;
  /** Names of further scripts and styles. */
  readonly assets?: readonly string[];
}

export interface Notice {
  readonly kind: 'done' | 'problem';
  readonly text: string;
}

export function layout(
  context: PageContext,
  { title, section, main, notice = null, assets = [] }: Layout,
): Markup {
  const { base, caller, hasSandbox } = context;
  const links = [
    { id: 'overview', href: `${base}/`, text: 'Overview' },
    { id: 'messages', href: `${base}/dashboard/messages`, text: 'Messages' },
    ...(caller.scopes.has('send') ? [{ id: 'new', href: `${base}/dashboard/new`, text: 'Send' }] : []),
    ...(hasSandbox ? [{ id: 'sandbox', href: `${base}/dashboard/sandbox`, text: 'Sandbox' }] : []),
    ...(context.hasDocs ? [{ id: 'docs', href: `${base}/docs`, text: 'API' }] : []),
  ];
  return document(
    context,
    title,
    html`<header class="top">
        <a class="brand" href="${base}/">Messaging System</a>
        <nav aria-label="Pages">
          <ul>
            ${each(links, ({ id, href, text }) => html`<li><a href="${href}"${id === section ? html` aria-current="page"` : NOTHING}>${text}</a></li>`)}
          </ul>
        </nav>
        <p id="live" class="live" role="status" data-connection="connecting">connecting</p>
        ${caller.name === null ? NOTHING : html`<p class="who">${caller.name} may ${[...caller.scopes].join(', ')}</p>`}
        ${context.hasKey ? buttonForm(context, { path: '/dashboard/logout', text: 'Log out', id: 'logout', style: 'quiet' }) : NOTHING}
      </header>
      <div id="stale" class="stale" role="alert" hidden>
        Connection lost: what you see may be stale. Reconnecting…
      </div>
      <main id="main" tabindex="-1">
        ${notice === null ? NOTHING : html`<p class="notice ${notice.kind}" role="${notice.kind === 'done' ? 'status' : 'alert'}">${notice.text}</p>`}
        ${main}
      </main>
      <p id="announcer" class="hidden" aria-live="polite"></p>`,
    ['dashboard.js', ...assets],
  );
}

// The others set a global variable, so they cannot be modules.
const OWN_SCRIPTS: ReadonlySet<string> = new Set(['dashboard.js', 'charts.js', 'docs.js']);

/** A page without navigation, for who is not known yet. */
export function bareLayout(context: BareContext, title: string, main: Markup): Markup {
  return document(context, title, html`<main id="main" class="bare" tabindex="-1">${main}</main>`, []);
}

function document(
  { base, assetVersion }: BareContext,
  title: string,
  body: Markup,
  assets: readonly string[],
): Markup {
  const asset = (name: string): string => `${base}/dashboard/assets/${name}?v=${assetVersion}`;
  return html`<!doctype html>
    <html lang="en" data-base="${base}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Messaging System</title>
        <link rel="icon" href="${asset('icon.svg')}" type="image/svg+xml" />
        ${each(
          ['dashboard.css', ...assets].filter((name) => name.endsWith('.css')),
          (name) => html`<link rel="stylesheet" href="${asset(name)}" />`,
        )}
        ${each(
          assets.filter((name) => name.endsWith('.js')),
          (name) =>
            html`<script defer src="${asset(name)}"${OWN_SCRIPTS.has(name) ? html` type="module"` : NOTHING}></script>`,
        )}
      </head>
      <body>
        <a class="skip" href="#main">Skip to content</a>
        ${body}
      </body>
    </html>`;
}

/** Goes into every form. */
export function tokenField({ token }: PageContext): Markup {
  return html`<input type="hidden" name="token" value="${token}" />`;
}

/** A form that is a button. */
export function buttonForm(
  context: PageContext,
  { path, text, id, style = '' }: { path: string; text: string; id: string; style?: string },
): Markup {
  return html`<form method="post" action="${context.base}${path}">
    ${tokenField(context)}
    <button id="${id}" class="${style}">${text}</button>
  </form>`;
}

/** The action before a page is shown; its name goes through the address, a text never does. */
const DONE: Readonly<Record<string, string>> = {
  started: 'The processor runs.',
  stopped: 'The processor stops: what is under way may finish.',
  enqueued: 'The message is enqueued.',
  existing: 'A message with this idempotency key was there already: this one.',
  cancelled: 'The message is cancelled.',
  redriven: 'The message is due again.',
};

/** The notice that the address names. */
export function noticeOf(done: string | undefined, count = ''): Notice | null {
  const text = done === undefined || !Object.hasOwn(DONE, done) ? undefined : DONE[done];
  if (text !== undefined) return { kind: 'done', text };
  if (!/^\d+$/.test(count)) return null;
  const many = count === '1' ? '1 message is' : `${count} messages are`;
  switch (done) {
    case 'all-redriven':
      return { kind: 'done', text: `${many} due again: the overview says whether delivery runs.` };
    case 'all-cancelled':
      return { kind: 'done', text: `${many} cancelled.` };
    case 'others-cancelled':
      return {
        kind: 'problem',
        text: `${many} cancelled. Messages under way stay: look again when they are settled.`,
      };
    default:
      return null;
  }
}
