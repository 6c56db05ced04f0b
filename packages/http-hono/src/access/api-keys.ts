import { createHash, timingSafeEqual } from 'node:crypto';
import { InvalidOptionsError } from '@messaging-system/core';
import { SCOPES, type Scope } from '../scope.ts';

/** A key with a name, which is shown to people in place of the key, and with what it may do. */
export interface NamedApiKey {
  /** 1 to 64 letters, digits or any of `. _ -`; no two keys have the same one. */
  readonly name: string;
  readonly key: string;
  /** All scopes unless given. */
  readonly scopes?: readonly Scope[];
}

/** A text is a key without a name that may do everything. */
export type ApiKeyOption = string | NamedApiKey;

/** The keys that are asked for; `none` asks nobody: then everybody who reaches the API may do everything. */
export type ApiKeysOption = readonly ApiKeyOption[] | 'none';

/** The caller: the name and the scopes of its key, and never the key. */
export interface ApiCaller {
  /** Null: the key has no name, or nobody was asked for one. */
  readonly name: string | null;
  readonly scopes: ReadonlySet<Scope>;
}

/** One of the keys that a server knows. */
export interface KnownApiKey {
  readonly key: string;
  readonly caller: ApiCaller;
}

/** The caller of an API without keys. */
export const ANYONE: ApiCaller = { name: null, scopes: new Set(SCOPES) };

const NOT_SAID = "apiKeys must be a list of keys, or 'none' to let everybody use the API";
const NAME = /^[\w.-]{1,64}$/;

/** The keys that a server knows. */
export class ApiKeys {
  readonly all: readonly KnownApiKey[];
  readonly #digests: readonly Buffer[];

  /** @throws InvalidOptionsError naming each problem, and quoting no key */
  constructor(given: ApiKeysOption) {
    const options = given === 'none' ? [] : given;
    // A forgotten option or an empty list must not open everything to everybody.
    const isSaid = given === 'none' || (Array.isArray(given) && given.length > 0);
    const problems = isSaid ? problemsOf(options) : [NOT_SAID];
    if (problems.length > 0) throw new InvalidOptionsError(problems);
    this.all = options.map((option) =>
      typeof option === 'string'
        ? { key: option, caller: ANYONE }
        : { key: option.key, caller: { name: option.name, scopes: new Set(option.scopes ?? SCOPES) } },
    );
    this.#digests = this.all.map(({ key }) => digest(key));
  }

  /** Whether nobody is asked for a key. */
  get isOpen(): boolean {
    return this.all.length === 0;
  }

  /**
   * Whose key these bytes are; null: nobody's. How long it takes says nothing about a key: digests of equal length are compared, and all of them.
   */
  find(given: Uint8Array): KnownApiKey | null {
    const asked = digest(given);
    const [found] = this.all.filter((_, index) => {
      const known = this.#digests[index];
      return known !== undefined && timingSafeEqual(known, asked);
    });
    return found ?? null;
  }
}

function problemsOf(options: readonly ApiKeyOption[]): readonly string[] {
  const names = new Set<string>();
  const keys = new Map<string, string | null>();
  return options.flatMap((option, index) => {
    const place = `apiKeys[${index}]`;
    const { name, key, scopes } = typeof option === 'string' ? { name: null, key: option } : option;
    const problems = [
      ...(key.trim() === '' ? [`${place}: the key must not be blank`] : []),
      // Twice the same text is one key; with a name or with scopes it would be two that cannot be distinguished.
      ...(keys.has(key) && (name ?? keys.get(key)) !== null ? [`${place}: the same key is given twice`] : []),
      ...(name === null || NAME.test(name)
        ? []
        : [`${place}.name must be 1 to 64 letters, digits or any of . _ -, not ${JSON.stringify(name)}`]),
      ...(name !== null && names.has(name) ? [`${place}.name: another key has the name ${name}`] : []),
      ...scopeProblems(scopes).map((problem) => `${place}.scopes${problem}`),
    ];
    keys.set(key, name);
    if (name !== null) names.add(name);
    return problems;
  });
}

function scopeProblems(scopes: readonly string[] = SCOPES): readonly string[] {
  const all = SCOPES.join(', ');
  const known: readonly string[] = SCOPES;
  if (scopes.length === 0) return [` must name at least one of ${all}`];
  return scopes
    .filter((scope) => !known.includes(scope))
    .map((scope) => `: there is no scope ${JSON.stringify(scope)}; scopes are ${all}`);
}

/** Compares in constant time. */
export function isSame(known: string, given: string): boolean {
  return timingSafeEqual(digest(known), digest(given));
}

function digest(bytes: Uint8Array | string): Buffer {
  return createHash('sha256').update(bytes).digest();
}
