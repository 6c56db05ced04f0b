import { shortened } from '@messaging-system/cli/text';

const LONGEST = 80;

/** A value as a problem may quote it: short, on one line, and without what could be credentials in a URL. */
export function shownValue(value: unknown): string {
  return shortened(withoutQuery(withoutCredentials(written(value))), LONGEST);
}

function written(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // An alias of YAML can stand inside of what it stands for.
    return 'a value that contains itself';
  }
}

// No patterns here: a value may be of any length, and a pattern that looks for its end from every place takes the square of it.
function withoutCredentials(text: string): string {
  const end = text.lastIndexOf('@');
  if (end === -1) return text;
  const scheme = text.indexOf('://');
  const start = scheme === -1 || scheme > end ? 1 : scheme + '://'.length;
  return `${text.slice(0, start)}•••${text.slice(end)}`;
}

function withoutQuery(text: string): string {
  const start = text.indexOf('?');
  return start === -1 || !text.includes('://') ? text : `${text.slice(0, start)}?•••"`;
}
