/** The texts at a path of a parsed response. */
export interface Found {
  readonly values: readonly string[];
  /** Whether an entry of a list that `*` went through has nothing there. */
  readonly hasGaps: boolean;
}

export type ValuePath = (body: unknown) => Found;

const NOTHING: Found = { values: [], hasGaps: true };

/** Reads the texts at a path such as `messages.*.status`: texts, numbers and booleans; everything else is nothing. */
export function valuePath(path: string): ValuePath {
  const segments = path.split('.');
  return (body) => find(body, segments, 0);
}

function find(value: unknown, segments: readonly string[], at: number): Found {
  const segment = segments[at];
  if (segment === undefined) return isText(value) ? { values: [String(value)], hasGaps: false } : NOTHING;
  if (typeof value !== 'object' || value === null) return NOTHING;
  if (segment === '*') {
    if (!Array.isArray(value) || value.length === 0) return NOTHING;
    const found = value.map((entry: unknown) => find(entry, segments, at + 1));
    return {
      values: found.flatMap(({ values }) => values),
      hasGaps: found.some(({ hasGaps }) => hasGaps),
    };
  }
  if (!Object.hasOwn(value, segment) || (Array.isArray(value) && segment === 'length')) return NOTHING;
  // Its own property, as was just seen.
  return find((value as Readonly<Record<string, unknown>>)[segment], segments, at + 1);
}

function isText(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

const MANY_DIGITS = /\d{16}|\d[.eE]/;

/** The value of a JSON text; undefined where it is none. Numbers that JavaScript would write in another way are texts, with the digits as they came. */
export function parseJson(text: string): unknown {
  try {
    return MANY_DIGITS.test(text) ? JSON.parse(text, asWritten) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asWritten(
  this: unknown,
  _key: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value;
  return String(value) === context.source ? value : context.source;
}
