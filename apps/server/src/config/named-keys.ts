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

/** A list of keys with names: YAML in a file, JSON in the environment. */
export const namedKeys: Kind<readonly NamedKey[]> = {
  schema: v.pipe(
    v.unknown(),
    v.rawTransform<unknown, readonly NamedKey[]>(({ dataset, addIssue, NEVER }) => {
      const read = readKeys(dataset.value);
      if (typeof read === 'object') return read;
      addIssue();
      return NEVER;
    }),
  ),
  allowed: `a list of { name, key, scopes }, scopes being any of ${SCOPES.join(', ')}, or all of them where none are given; in the environment as JSON`,
  whyNot: (given) => {
    const read = readKeys(given);
    return typeof read === 'string' && read !== '' ? read : null;
  },
};

/** The keys, or what is wrong, without quoting any of them; an empty text where there is no more to say. */
function readKeys(given: unknown): readonly NamedKey[] | string {
  const list = asList(given);
  // Most likely a shell has taken the quotes away.
  if (typeof list === 'string' && /^\s*\[/.test(list)) return 'is not valid JSON';
  if (!Array.isArray(list)) return '';
  if (list.length === 0) return 'has no key';
  const read = list.map((item: unknown, index) => readKey(item, index + 1));
  const problem = read.find((key) => typeof key === 'string');
  const keys = read.filter((key) => typeof key === 'object');
  return problem ?? duplicate(keys) ?? keys;
}

function asList(given: unknown): unknown {
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given);
  } catch {
    return given;
  }
}

function readKey(item: unknown, position: number): NamedKey | string {
  if (!isRecord(item)) return `key ${position} is not a map of name, key and scopes`;
  const { name, key, scopes = SCOPES } = item;
  if (name === undefined || name === null || name === '') return `key ${position} has no name`;
  if (typeof name !== 'string' || !NAME.test(name)) {
    return `the name of key ${position} is not 1 to 64 letters, digits or any of . _ -`;
  }
  const unknown = Object.keys(item).find((field) => !FIELDS.includes(field));
  if (unknown !== undefined)
    return `${name} has ${JSON.stringify(unknown)}, which is not one of ${FIELDS.join(', ')}`;
  if (key === undefined || key === null || key === '') return `${name} has no key`;
  if (typeof key !== 'string' || !v.is(bearerToken.schema, key))
    return `the key of ${name} has characters other than ${bearerToken.allowed}`;
  const list: unknown = typeof scopes === 'string' ? scopes.split(',').map((scope) => scope.trim()) : scopes;
  if (!Array.isArray(list)) return `the scopes of ${name} are not a list`;
  if (list.length === 0) return `${name} has no scope`;
  const wrong: unknown = list.find((scope) => !isScope(scope));
  if (wrong !== undefined) return `${name} has the scope ${JSON.stringify(wrong)}, which does not exist`;
  return { name, key, scopes: list.filter(isScope) };
}

function isScope(given: unknown): given is Scope {
  return SCOPES.some((scope) => scope === given);
}

function duplicate(keys: readonly NamedKey[]): string | null {
  for (const [index, { name, key }] of keys.entries()) {
    const before = keys.slice(0, index);
    if (before.some((other) => other.name === name)) return `two keys have the name ${name}`;
    const same = before.find((other) => other.key === key);
    if (same !== undefined) return `${same.name} and ${name} are the same key`;
  }
  return null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
