import { inside, type Report } from './problems.ts';
import { type Blanks, type Filling, parseTemplate, type Template } from './template.ts';

/** The values of `{with.x}`, and where problems go. */
export interface Compilation {
  readonly blanks: Blanks;
  readonly report: Report;
}

/** Writes the body of a request. @throws UnbuildableMessageError */
export type BodyEncoder = (filling: Filling) => string;

/** The template of a value that must be a text; null where it is none, which is reported. */
export function textOf(value: unknown, path: string, { blanks, report }: Compilation): Template | null {
  if (typeof value !== 'string') {
    report(path, notAText(value));
    return null;
  }
  const template = parseTemplate(value, blanks);
  if (typeof template !== 'string') return template;
  report(path, template);
  return null;
}

/** The problem of a value that should be a text, with the form in quotes if it was most likely meant to have them. */
export function notAText(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean')
    return `must be a text: write it in quotes, "${value}"`;
  const digits = unquotedNumber(value);
  if (digits !== null) return `must be a text: write it in quotes, "${digits}"`;
  const hole = unquotedHole(value);
  return hole === null ? 'must be a text' : `must be a text: write it in quotes, "{${hole}}"`;
}

/** Without quotes YAML takes `{content}` for a map with one name and no value. */
export function unquotedHole(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const [[name, content] = ['', undefined], ...more] = Object.entries(value);
  return content === null && more.length === 0 && /^[\w.-]+$/.test(name) ? name : null;
}

/** The entries of a map with their paths; a name is a constant. */
export function namedEntries<Value>(
  map: { readonly [name: string]: Value },
  path: string,
): readonly (readonly [name: string, value: Value, path: string])[] {
  return Object.entries(map).map(([name, value]) => [name, value, inside(path, name)] as const);
}

/** The one name of the map that stands for a number whose digits its value would lose: `00` without quotes. */
export const UNQUOTED_NUMBER = 'number without quotes';

function unquotedNumber(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const [[name, digits] = ['', undefined]] = Object.entries<unknown>({ ...value });
  return name === UNQUOTED_NUMBER && typeof digits === 'string' ? digits : null;
}
