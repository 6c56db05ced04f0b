import type { ConfigWarning } from './config-warning.ts';
import type { GivenValue } from './given-value.ts';
import { envNameOf, KEY_TABLE, SECTIONS } from './key-table.ts';
import { suggest } from './suggest.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The settings that the environment gives. An empty variable gives nothing, as in `CLIENT_URL=${CLIENT_URL:-}`. */
export function readEnvironment(environment: Environment): readonly GivenValue[] {
  return KEY_TABLE.flatMap(({ path, envName }) => {
    const value = environment[envName];
    return value === undefined || value === ''
      ? []
      : [{ path, value, origin: { kind: 'environment' as const, name: envName } }];
  });
}

const NAMES = KEY_TABLE.map(({ envName }) => envName);
const PREFIXES = [...SECTIONS].map((section) => `${envNameOf(section)}_`);
// Other programs have variables too, so only what is a letter or two away is worth a word.
const FURTHEST = 2;

/** Variables that look like a mistyped setting. Nothing says that they are ours, so they are no problem. */
export function mistypedNames(environment: Environment): readonly ConfigWarning[] {
  return Object.keys(environment)
    .filter((name) => !NAMES.includes(name) && PREFIXES.some((prefix) => name.startsWith(prefix)))
    .flatMap((name) => {
      const meant = suggest(name, NAMES, FURTHEST);
      return meant === null
        ? []
        : [
            {
              text: `environment variable ${name} is no setting and ignored; did you mean ${meant}?`,
              advice: 'Correct its name if it was meant as a setting.',
            },
          ];
    });
}
