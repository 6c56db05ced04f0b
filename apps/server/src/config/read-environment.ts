import { readFileSync } from 'node:fs';
import type { ConfigProblem, Origin } from '@messaging-system/cli';
import type { GivenValue } from './given-value.ts';
import { KEY_TABLE, type KeyEntry } from './key-table.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentReading {
  readonly given: readonly GivenValue[];
  readonly problems: readonly ConfigProblem[];
}

/** Ends the name of a variable that holds the path of a secret's file, as with Docker's secrets. */
export const FILE_SUFFIX = '_FILE';

/**
 * The settings that the environment gives. `X_FILE` names a file that holds the secret `X`; line breaks at its
 * end do not count. An empty variable gives nothing, as in `CLIENT_URL=${CLIENT_URL:-}`, unless it is a secret's:
 * an empty secret is given as it is, so that it is refused and protects nobody by mistake.
 */
export function readEnvironment(environment: Environment): EnvironmentReading {
  const given: GivenValue[] = [];
  const problems: ConfigProblem[] = [];
  for (const row of KEY_TABLE) {
    const fileVariable = `${row.envName}${FILE_SUFFIX}`;
    const file = row.setting.secret ? environment[fileVariable] : undefined;
    const value = environment[row.envName];
    const origin = (name: string): Origin => ({ kind: 'environment', name });
    if (file === undefined) {
      if (value !== undefined && (value !== '' || row.setting.secret)) {
        given.push({ path: row.path, value, origin: origin(row.envName) });
      }
    } else if (value !== undefined && value !== '') {
      problems.push({
        key: row.path,
        origin: origin(fileVariable),
        problem: `${row.envName} is set too`,
        allowed: 'one of the two',
      });
    } else {
      const reading = readSecret(row, file, origin(fileVariable));
      if ('problem' in reading) problems.push(reading);
      else given.push(reading);
    }
  }
  return { given, problems };
}

function readSecret({ path, setting }: KeyEntry, file: string, origin: Origin): GivenValue | ConfigProblem {
  const reading = readSecretFile(file);
  if ('value' in reading) return { path, value: reading.value, origin };
  return {
    key: path,
    origin,
    problem: reading.problem,
    allowed: `the path of a file that holds ${setting.allowed}`,
  };
}

/** The content of a file, without the line breaks at its end; or why it cannot be read. */
export function readSecretFile(file: string): { readonly value: string } | { readonly problem: string } {
  try {
    return { value: readFileSync(file, 'utf8').replace(/[\r\n]+$/, '') };
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return { problem: `the file ${JSON.stringify(file)} cannot be read (${reason})` };
  }
}
