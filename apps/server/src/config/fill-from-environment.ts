import type { ConfigProblem } from '@messaging-system/cli';
import type { GivenValue } from './given-value.ts';
import { type Environment, FILE_SUFFIX, readSecretFile } from './read-environment.ts';

export interface Filled {
  readonly given: readonly GivenValue[];
  readonly problems: readonly ConfigProblem[];
}

const VARIABLE = /\{env\.([A-Za-z_]\w*)\}/g;

/**
 * Puts variables of the environment where values of a file have `{env.NAME}`, so that a file can name a secret without holding it. `NAME_FILE` names
 * a file with the value, as everywhere. A value that cannot be filled is left out, with a problem for each variable.
 */
export function fillFromEnvironment(given: readonly GivenValue[], environment: Environment): Filled {
  const problems: ConfigProblem[] = [];
  const filled = given.flatMap((one): readonly GivenValue[] => {
    const missing = new Map<string, string>();
    const value = mapTexts(one.value, (text) =>
      text.replace(VARIABLE, (_, name: string) => {
        const found = lookUp(name, environment);
        if ('problem' in found) missing.set(name, found.problem);
        return 'value' in found ? found.value : '';
      }),
    );
    for (const [name, problem] of missing) {
      const allowed = `set ${name} (or ${name}${FILE_SUFFIX}), or remove it from the file`;
      problems.push({ key: one.path, origin: one.origin, problem, allowed });
    }
    return missing.size === 0 ? [{ ...one, value }] : [];
  });
  return { given: filled, problems };
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

/** No setting is nested deeper than `depth`, and an alias of YAML can stand inside of what it stands for. */
function mapTexts(value: unknown, change: (text: string) => string, depth = 4): unknown {
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
  return value === null && more.length === 0 && /^env\.[A-Za-z_]\w*$/.test(key) ? `{${key}}` : null;
}
