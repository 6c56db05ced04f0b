import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { contractWarnings } from '@messaging-system/adapters-webhook/contract';
import type { ConfigProblem, ConfigWarning, InvalidConfiguration, Origin } from '@messaging-system/cli';
import { checkValues } from './check-values.ts';
import { clientContract } from './client-contract.ts';
import type { Config, SettingPath } from './config.ts';
import { CONTRACT_PATHS, problemsOfContract } from './contract-problems.ts';
import { CROSS_CHECKS } from './cross-checks.ts';
import { fillFromEnvironment } from './fill-from-environment.ts';
import type { GivenValue } from './given-value.ts';
import { pathWarnings } from './go-service-file.ts';
import { ignoredVariables } from './ignored-variables.ts';
import { locateConfig } from './locate-config.ts';
import { type FileReading, NO_FILE, readConfigFile } from './read-config-file.ts';
import { type Environment, readEnvironment } from './read-environment.ts';
import { repeatWarnings } from './repeat-warnings.ts';

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
  const isStructure = ({ path, value }: GivenValue): boolean =>
    path.startsWith('client.') && typeof value === 'string' && /^\s*[[{]/.test(value);
  const filled = fillFromEnvironment(
    [
      ...reading.given.filter(({ path }) => !ofEnvironment.has(path)),
      ...fromEnvironment.given.filter(isStructure).map(parsed),
    ],
    environment,
  );
  const given = [...filled.given, ...fromEnvironment.given.filter((one) => !isStructure(one))];
  const checked = checkValues(given, appEnv === null);
  const { config, problems, origins } = checked;
  // The keys of these problems are paths of settings.
  const wrong = new Set([...checked.wrong, ...filled.problems.map(({ key }) => key as SettingPath)]);
  const isKnown = notLocated.length === 0 && reading.isReadable;
  // The content of an unreadable file is unknown, so missing settings cannot be judged.
  const together = isKnown ? crossProblems(config, appEnv, wrong, origins) : [];
  const ofContract = CONTRACT_PATHS.some((path) => wrong.has(path))
    ? []
    : problemsOfContract(config, origins);
  const all = [
    ...notLocated,
    ...reading.problems,
    ...fromEnvironment.problems,
    ...filled.problems,
    ...problems,
    ...together,
    ...ofContract,
  ];
  // An address from elsewhere was written for this server.
  const isGoUrl = reading.isGoService && origins.get('client.url')?.kind === 'file';
  const warnings = [
    ...location.warnings,
    ...ignoredVariables(environment),
    ...reading.warnings,
    ...(isGoUrl && !wrong.has('client.path') ? pathWarnings(config) : []),
    ...(ofContract.length === 0 && !CONTRACT_PATHS.some((path) => wrong.has(path))
      ? contractAdvice(config)
      : []),
  ];
  if (all.length > 0) return { kind: 'invalid', problems: all, warnings };
  return {
    kind: 'loaded',
    config: {
      ...withAbsolutePaths(config, home),
      ...(filled.secrets.length > 0 && { filledSecrets: filled.secrets }),
    },
    origins,
    appEnv,
    file,
    warnings: [...warnings, ...repeatWarnings(config)],
  };
}

/** JSON that the environment gives as a text; a broken one stays, and is refused where values are checked. */
function parsed(given: GivenValue): GivenValue {
  try {
    const value: unknown = JSON.parse(String(given.value));
    return { ...given, value };
  } catch {
    return given;
  }
}

/** Rules that weaken what the dispatcher promises. */
function contractAdvice(config: Config): readonly ConfigWarning[] {
  const contract = clientContract(config);
  if (contract === undefined) return [];
  return contractWarnings(contract).map(({ path, text, advice }) => ({
    text: `client.${path} ${text}`,
    advice,
  }));
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
