import { SCOPES, type Scope } from '@messaging-system/http-hono/client';
import * as v from 'valibot';
import { bearerToken } from './kinds.ts';
import type { Kind } from './setting.ts';

/** An API key with a name, which is shown in its place, and with what it may do. */
export interface NamedKey {
  readonly name: string;
  readonly key: string;
  readonly scopes: readonly Scope[];
}

const FIELDS: readonly string[] = ['name', 'key', 'scopes'];
const NAME = /^[\w.-]{1,64}$/;

const scopesSchema = v.pipe(
  v.union([v.array(v.string()), v.string()]),
  v.transform(scopesIn),
  v.minLength(1),
  v.array(v.picklist(SCOPES)),
);

/** A list of keys with names: YAML in a file, JSON in the environment. */
export const namedKeys: Kind<readonly NamedKey[]> = {
  schema: v.pipe(
    v.unknown(),
    v.transform(asList),
    v.array(
      v.strictObject({
        name: v.pipe(v.string(), v.regex(NAME)),
        key: bearerToken.schema,
        scopes: v.optional(scopesSchema, () => [...SCOPES]),
      }),
    ),
    v.minLength(1),
    v.check((keys) => duplicate(keys) === null),
  ),
  allowed: `a list of { name, key, scopes }, scopes being any of ${SCOPES.join(', ')}, or all of them where none are given; in the environment as JSON`,
  whyNot: (given) => {
    const list = asList(given);
    // Most likely a shell has taken the quotes away.
    if (typeof list === 'string' && /^\s*\[/.test(list)) return 'is no valid JSON';
    if (!Array.isArray(list)) return null;
    if (list.length === 0) return 'has no key';
    const problem = list.map((item, index) => problemOf(item, index + 1)).find((why) => why !== null);
    return problem ?? duplicate(list.map(namesOf));
  },
};

function asList(given: unknown): unknown {
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given);
  } catch {
    return given;
  }
}

function scopesIn(given: string | string[]): string[] {
  return typeof given === 'string' ? given.split(',').map((scope) => scope.trim()) : given;
}

/** What is wrong with one of them, without quoting its key. */
function problemOf(item: unknown, position: number): string | null {
  if (!isRecord(item)) return `key ${position} is no map of name, key and scopes`;
  const { name, key, scopes = SCOPES } = item;
  if (name === undefined || name === null || name === '') return `key ${position} has no name`;
  if (typeof name !== 'string' || !NAME.test(name)) {
    return `the name of key ${position} is not 1 to 64 letters, digits or any of . _ -`;
  }
  const unknown = Object.keys(item).find((field) => !FIELDS.includes(field));
  if (unknown !== undefined)
    return `${name} has ${JSON.stringify(unknown)}, which is not one of ${FIELDS.join(', ')}`;
  if (key === undefined || key === null || key === '') return `${name} has no key`;
  if (!v.is(bearerToken.schema, key))
    return `the key of ${name} has characters other than ${bearerToken.allowed}`;
  return scopeProblem(name, scopes);
}

function scopeProblem(name: string, scopes: unknown): string | null {
  const list: unknown = typeof scopes === 'string' ? scopesIn(scopes) : scopes;
  if (!Array.isArray(list)) return `the scopes of ${name} are no list`;
  if (list.length === 0) return `${name} has no scope`;
  const wrong: unknown = list.find((scope) => !v.is(v.picklist(SCOPES), scope));
  return wrong === undefined ? null : `${name} has the scope ${JSON.stringify(wrong)}, which does not exist`;
}

function duplicate(keys: readonly { readonly name: string; readonly key: string }[]): string | null {
  const byName = new Set<string>();
  const byKey = new Map<string, string>();
  for (const { name, key } of keys) {
    if (byName.has(name)) return `two keys have the name ${name}`;
    const other = byKey.get(key);
    if (other !== undefined) return `${other} and ${name} are the same key`;
    byName.add(name);
    byKey.set(key, name);
  }
  return null;
}

function namesOf(item: unknown): { readonly name: string; readonly key: string } {
  return isRecord(item) ? { name: String(item.name), key: String(item.key) } : { name: '', key: '' };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
