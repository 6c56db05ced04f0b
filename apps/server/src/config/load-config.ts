import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { ConfigProblem, ConfigWarning, InvalidConfiguration, Origin } from '@messaging-system/cli';
import { checkValues } from './check-values.ts';
import type { Config, SettingPath } from './config.ts';
import { CROSS_CHECKS } from './cross-checks.ts';
import { fillFromEnvironment } from './fill-from-environment.ts';
import { pathWarnings } from './go-service-file.ts';
import { ignoredVariables } from './ignored-variables.ts';
import { locateConfig } from './locate-config.ts';
import { type FileReading, NO_FILE, readConfigFile } from './read-config-file.ts';
import { type Environment, readEnvironment } from './read-environment.ts';

export interface LoadedConfig {
  readonly kind: 'loaded';
  readonly config: Config;
  readonly origins: ReadonlyMap<SettingPath, Origin>;
  /** Null: the embedded defaults. */
  readonly appEnv: string | null;
  readonly file: string | null;
  /** Odd values that do not stop the server. */
  readonly warnings: readonly ConfigWarning[];
}

/**
 * Reads the file of APP_ENV and the environment, which wins. Only this folder looks at environment variables. It
 * opens that file and the files that `X_FILE` variables name, and nothing else.
 */
export function loadConfig(
  environment: Environment = process.env,
  cwd: string = process.cwd(),
): LoadedConfig | InvalidConfiguration {
  const location = locateConfig(environment, cwd);
  const { home, appEnv, file, problems: notLocated } = location;
  const reading = readFile(file);
  const fromEnvironment = readEnvironment(environment);
  // The file need not have values that the environment gives.
  const ofEnvironment = new Set(fromEnvironment.given.map(({ path }) => path));
  const filled = fillFromEnvironment(
    reading.given.filter(({ path }) => !ofEnvironment.has(path)),
    environment,
  );
  const given = [...filled.given, ...fromEnvironment.given];
  const checked = checkValues(given, appEnv === null);
  const { config, problems, origins } = checked;
  // The keys of these problems are paths of settings.
  const wrong = new Set([...checked.wrong, ...filled.problems.map(({ key }) => key as SettingPath)]);
  const isKnown = notLocated.length === 0 && reading.isReadable;
  // The content of an unreadable file is unknown, so missing settings cannot be judged.
  const together = isKnown ? crossProblems(config, appEnv, wrong, origins) : [];
  const all = [
    ...notLocated,
    ...reading.problems,
    ...fromEnvironment.problems,
    ...filled.problems,
    ...problems,
    ...together,
  ];
  // An address from elsewhere was written for this server.
  const isGoUrl = reading.isGoService && origins.get('client.url')?.kind === 'file';
  const warnings = [
    ...location.warnings,
    ...ignoredVariables(environment),
    ...reading.warnings,
    ...(isGoUrl && !wrong.has('client.path') ? pathWarnings(config) : []),
  ];
  if (all.length > 0) return { kind: 'invalid', problems: all, warnings };
  return {
    kind: 'loaded',
    config: withAbsolutePaths(config, home),
    origins,
    appEnv,
    file,
    warnings,
  };
}

function readFile(file: string | null): FileReading {
  if (file === null) return NO_FILE;
  try {
    return readConfigFile(readFileSync(file, 'utf8'), file);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const problem = {
      key: 'APP_ENV',
      origin: null,
      problem: `${file} cannot be read (${reason})`,
      allowed: null,
    };
    return { ...NO_FILE, isReadable: false, problems: [problem] };
  }
}

/** A check is left out where one of its values is wrong by itself: it would judge the default in its place. */
function crossProblems(
  config: Config,
  appEnv: string | null,
  wrong: ReadonlySet<SettingPath>,
  origins: ReadonlyMap<SettingPath, Origin>,
): readonly ConfigProblem[] {
  return CROSS_CHECKS.filter(({ concerns }) => !concerns.some((path) => wrong.has(path))).flatMap(
    ({ concerns: [key], check }) => {
      const complaint = check(config, appEnv);
      return complaint === null ? [] : [{ key, origin: origins.get(key) ?? null, ...complaint }];
    },
  );
}

function withAbsolutePaths(config: Config, home: string): Config {
  const { path } = config.sqlite;
  const stays = path === ':memory:' || isAbsolute(path);
  return stays ? config : { ...config, sqlite: { path: join(home, path) } };
}
