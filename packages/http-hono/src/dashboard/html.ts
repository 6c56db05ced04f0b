import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

/** Markup that is escaped already. Values put into `html` are escaped by it. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

/** One after the other. */
export function each<Item>(items: readonly Item[], markup: (item: Item, index: number) => Markup): Markup {
  return html`${items.map(markup)}`;
}

export const NOTHING: HtmlEscapedString = raw('');
