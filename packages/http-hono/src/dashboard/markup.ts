import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

/** Markup that is escaped already. Values put into `html` are escaped by it. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

/** One after the other. */
export function each<Item>(items: readonly Item[], markup: (item: Item, index: number) => Markup): Markup {
  return html`${items.map(markup)}`;
}

export const NOTHING: HtmlEscapedString = raw('');

/** `1,234`, with `+` where there are more. */
export function formatCount({ count, exact }: { readonly count: number; readonly exact: boolean }): string {
  return `${count.toLocaleString('en-US')}${exact ? '' : '+'}`;
}

/** `340 ms`, `4.2 s`, `3 min`, `5 h`, `2 d`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min`;
  if (ms < 86_400_000) return `${Math.floor(ms / 3_600_000)} h`;
  return `${Math.floor(ms / 86_400_000)} d`;
}

/** `2030-01-31 12:00:00 UTC`, which browsers show in their own time zone; a dash for null. */
export function formatTime(instant: string | null): Markup {
  if (instant === null) return html`–`;
  return html`<time datetime="${instant}">${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC</time>`;
}

/** `connection refused` for `connection_refused`. */
export function words(code: string): string {
  return code.replaceAll('_', ' ');
}

/** Where a message's page is, below the base. */
export function messagePath(id: string): string {
  return `/dashboard/messages/${encodeURIComponent(id)}`;
}
