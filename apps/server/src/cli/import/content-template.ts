import { columnFor } from './column-mapping.ts';

/** The text of --content, with the names of the columns that it is filled from. */
export interface ContentTemplate {
  readonly text: string;
  readonly names: readonly string[];
}

// A name in two pairs of braces, which are no part of a name themselves.
const PLACE = /\{\{\s*([^{}\s](?:[^{}]*[^{}\s])?)\s*\}\}/g;

export function contentTemplate(text: string): ContentTemplate {
  const names = [...text.matchAll(PLACE)].flatMap(([, name]) => (name === undefined ? [] : [name]));
  return { text, names: [...new Set(names)] };
}

/** The text for one row: what cells bring is not looked at for places again. */
export function filledContent(
  { text, names }: ContentTemplate,
  values: Readonly<Record<string, unknown>>,
): { readonly content: string } | { readonly problems: readonly string[] } {
  const filling = new Map<string, string>();
  const problems: string[] = [];
  for (const name of names) {
    const column = columnFor(name, Object.keys(values));
    const value = column === null ? null : values[column];
    const isText = typeof value === 'string' || typeof value === 'number';
    const filler = isText ? String(value).trim() : '';
    if (!isText && value !== null && value !== undefined)
      problems.push(`"${column}" is no text: it cannot fill {{${name}}} of --content`);
    else if (filler === '')
      problems.push(`there is nothing in "${column ?? name}" to fill {{${name}}} of --content with`);
    filling.set(name, filler);
  }
  if (problems.length > 0) return { problems };
  return { content: text.replace(PLACE, (place, name: string) => filling.get(name) ?? place) };
}
