import type { ConfigProblem } from '@messaging-system/cli';
import type { GivenValue } from './given-value.ts';
import { type Environment, FILE_SUFFIX, readSecretFile } from './read-environment.ts';

export interface Filled {
  readonly given: readonly GivenValue[];
  /** The values that were put into settings of the client: secrets, as far as anybody can know. */
  readonly secrets: readonly string[];
  readonly problems: readonly ConfigProblem[];
}

// In a template, two braces stand for one: the text between them is not a hole.
const VARIABLE = /\{\{|\}\}|\{env\.([A-Za-z_]\w*)\}|\{file\.([^{}]+)\}/g;

/** Settings that are read as templates later on: a value with braces must not become a part of one. */
const TEMPLATES: ReadonlySet<string> = new Set(['client.headers', 'client.body']);

/**
 * Puts variables of the environment where values of a file have `{env.NAME}`, and what a file holds for `{file.PATH}`, so that a configuration can name a
 * secret without holding it. `NAME_FILE` names a file with the value, as everywhere. A value that cannot be filled is left out, with a problem for each hole.
 */
export function fillFromEnvironment(given: readonly GivenValue[], environment: Environment): Filled {
  const problems: ConfigProblem[] = [];
  const secrets = new Set<string>();
  const filled = given.flatMap((one): readonly GivenValue[] => {
    const missing = new Map<string, ConfigProblem>();
    const value = mapTexts(one.value, (text) =>
      text.replace(VARIABLE, (hole, name: string | undefined, path: string | undefined) => {
        if (name === undefined && path === undefined) return hole;
        const found = name === undefined ? readSecretFile(path ?? '') : lookUp(name, environment);
        if ('problem' in found) missing.set(hole, missingValue(one, found.problem, name));
        if (!('value' in found)) return '';
        if (one.path.startsWith('client.')) secrets.add(found.value);
        return TEMPLATES.has(one.path) ? found.value.replaceAll(/[{}]/g, '$&$&') : found.value;
      }),
    );
    problems.push(...missing.values());
    return missing.size === 0 ? [{ ...one, value }] : [];
  });
  return { given: filled, secrets: [...secrets], problems };
}

function missingValue(
  { path, origin }: GivenValue,
  problem: string,
  name: string | undefined,
): ConfigProblem {
  const allowed =
    name === undefined
      ? 'the path of a file that can be read'
      : `set ${name} (or ${name}${FILE_SUFFIX}), or remove it from the file`;
  return { key: path, origin, problem, allowed };
}

type Found = { readonly value: string } | { readonly problem: string };

function lookUp(name: string, environment: Environment): Found {
  const value = environment[name];
  if (value !== undefined && value !== '') return { value };
  const file = environment[`${name}${FILE_SUFFIX}`];
  const asked = `the file asks for the environment variable ${name}, which is not set or empty`;
  if (file === undefined || file === '') return { problem: asked };
  const reading = readSecretFile(file);
  if ('problem' in reading) return reading;
  return reading.value === '' ? { problem: `${asked}; so is the file of ${name}${FILE_SUFFIX}` } : reading;
}

/** No setting is nested deeper than `depth` in practice, and an alias of YAML can stand inside of what it stands for. */
function mapTexts(value: unknown, change: (text: string) => string, depth = 16): unknown {
  if (typeof value === 'string') return change(value);
  if (depth === 0) return value;
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change, depth - 1));
  if (typeof value !== 'object' || value === null) return value;
  const unquoted = unquotedVariable(value);
  if (unquoted !== null) return change(unquoted);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapTexts(item, change, depth - 1)]),
  );
}

/** Without quotes YAML takes `{env.NAME}` for a map with one key and no value. */
function unquotedVariable(map: object): string | null {
  const [[key, value] = ['', undefined], ...more] = Object.entries(map);
  return value === null && more.length === 0 && /^(?:env\.[A-Za-z_]\w*|file\.[^{}]+)$/.test(key)
    ? `{${key}}`
    : null;
}
