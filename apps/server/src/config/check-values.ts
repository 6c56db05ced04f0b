import type { ConfigProblem, Origin } from '@messaging-system/cli';
import * as v from 'valibot';
import type { Config, SettingPath } from './config.ts';
import type { GivenValue } from './given-value.ts';
import { KEY_TABLE, type KeyEntry } from './key-table.ts';
import { shownValue } from './shown-value.ts';

export const BY_DEFAULT: Origin = { kind: 'default' };

export interface CheckedValues {
  /** Complete: a value that is wrong is replaced by its default. */
  readonly config: Config;
  readonly problems: readonly ConfigProblem[];
  readonly wrong: ReadonlySet<SettingPath>;
  readonly origins: ReadonlyMap<SettingPath, Origin>;
}

/** Checks each value by itself. Of several for one key the last counts. */
export function checkValues(given: readonly GivenValue[], isEmbedded: boolean): CheckedValues {
  const byPath = new Map(given.map((value) => [value.path, value]));
  const values = new Map<SettingPath, unknown>();
  const problems: ConfigProblem[] = [];
  for (const row of KEY_TABLE) {
    const value = byPath.get(row.path);
    values.set(row.path, defaultOf(row, isEmbedded));
    if (value === undefined) continue;
    const result = v.safeParse(row.setting.schema, value.value);
    if (row.setting.secret && (value.value === '' || value.value === null)) problems.push(emptySecret(value));
    else if (result.success) values.set(row.path, result.output);
    else problems.push(wrongValue(row, value));
  }
  return {
    config: nest(values),
    problems,
    // The keys of these problems are paths of the table.
    wrong: new Set(problems.map(({ key }) => key as SettingPath)),
    origins: new Map(KEY_TABLE.map(({ path }) => [path, byPath.get(path)?.origin ?? BY_DEFAULT])),
  };
}

/** The value that holds when nothing is given; undefined when there is none. */
export function defaultOf({ setting }: KeyEntry, isEmbedded: boolean): unknown {
  const written = (isEmbedded ? setting.embedded : undefined) ?? setting.fallback;
  return written === undefined ? undefined : v.parse(setting.schema, written);
}

function wrongValue({ path, setting }: KeyEntry, { value, origin }: GivenValue): ConfigProblem {
  return {
    key: path,
    origin,
    problem:
      setting.whyNot?.(value) ??
      (setting.secret
        ? 'the value is not allowed (and not shown, being a secret)'
        : `${shownValue(value)} is not allowed`),
    allowed: setting.allowed,
  };
}

/** Taken for "not set" it would leave open what somebody meant to protect. */
function emptySecret({ path, origin }: GivenValue): ConfigProblem {
  return {
    key: path,
    origin,
    problem: 'is set, but empty',
    allowed: 'a value; to have no secret, remove the setting',
  };
}

function nest(values: ReadonlyMap<SettingPath, unknown>): Config {
  const root: Record<string, unknown> = {};
  const sections = new Map<string, Record<string, unknown>>();
  for (const [path, value] of values) {
    const [first, second] = path.split('.', 2);
    if (first === undefined) continue;
    if (second === undefined) {
      root[first] = value;
      continue;
    }
    const section = sections.get(first) ?? {};
    section[second] = value;
    sections.set(first, section);
    root[first] = section;
  }
  // Every path of the table is in it, each with the output of its own schema: that is what `Config` says.
  return root as Config;
}
