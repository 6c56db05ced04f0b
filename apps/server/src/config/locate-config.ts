import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { ConfigProblem, ConfigWarning } from '@messaging-system/cli';
import type { Environment } from './read-environment.ts';

export interface ConfigLocation {
  /** The folder that relative paths in settings start from. */
  readonly home: string;
  readonly appEnv: string | null;
  /** The file of this APP_ENV; null when there is none. */
  readonly file: string | null;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigWarning[];
}

const FOLDER = '.config';

/**
 * The home is the nearest folder with a `.config` in it, from the working directory upwards, else the working directory: a server that npm
 * starts in its workspace folder finds the root of the repository. The user's own folder is passed over, whose `.config` belongs to everything.
 * `CONFIG_DIR` names another folder for the files; the home stays.
 */
export function locateConfig(environment: Environment, cwd: string): ConfigLocation {
  const home = findHome(resolve(cwd));
  const appEnv = environment.APP_ENV || null;
  if (appEnv === null) return { home, appEnv, file: null, problems: [], warnings: [] };
  const refused = (problem: string, allowed: string): ConfigLocation => ({
    home,
    appEnv,
    file: null,
    problems: [{ key: 'APP_ENV', origin: null, problem, allowed }],
    warnings: [],
  });
  if (!/^[\w-]+$/.test(appEnv)) return refused('is not a name of an environment', 'letters, digits, _ and -');
  const folder = resolve(cwd, environment.CONFIG_DIR || join(home, FOLDER));
  const file = join(folder, `${appEnv}.yaml`);
  const otherFile = join(folder, `${appEnv}.yml`);
  const hasOther = existsSync(otherFile);
  if (existsSync(file)) {
    return { home, appEnv, file, problems: [], warnings: hasOther ? [notRead(otherFile, file)] : [] };
  }
  if (hasOther) return { home, appEnv, file: otherFile, problems: [], warnings: [readInstead(otherFile)] };
  return refused(
    `there is no ${file}`,
    `the name of a file in ${folder} without .yaml, or no APP_ENV for the defaults; CONFIG_DIR names another folder`,
  );
}

function readInstead(other: string): ConfigWarning {
  const usual = basename(other).replace(/yml$/, 'yaml');
  return { text: `${other} is read, since there is no ${usual}`, advice: `Name it ${usual}.` };
}

function notRead(other: string, file: string): ConfigWarning {
  return { text: `${other} is not read, since there is ${file}`, advice: 'Remove one of the two.' };
}

function findHome(cwd: string): string {
  for (let folder = cwd; folder !== dirname(folder); folder = dirname(folder)) {
    if (folder === homedir() && folder !== cwd) break;
    if (statSync(join(folder, FOLDER), { throwIfNoEntry: false })?.isDirectory()) return folder;
  }
  return cwd;
}
