import { checkValues } from './check-values.ts';
import type { Config, SettingPath } from './config.ts';
import type { ConfigProblem } from './config-problem.ts';
import type { Origin } from './origin.ts';
import { type Environment, readEnvironment } from './read-environment.ts';

export interface EnvironmentApiKeys {
  readonly server: Pick<Config['server'], 'apiKey' | 'apiKeys'>;
  readonly origins: ReadonlyMap<SettingPath, Origin>;
  readonly problems: readonly ConfigProblem[];
}

const PATHS: readonly string[] = ['server.apiKey', 'server.apiKeys'];

/** `server.apiKey` and `server.apiKeys` as the environment alone gives them, for who speaks to a server elsewhere: no other setting is that server's. */
export function environmentApiKeys(environment: Environment = process.env): EnvironmentApiKeys {
  const reading = readEnvironment(environment);
  const { config, problems, origins } = checkValues(
    reading.given.filter(({ path }) => PATHS.includes(path)),
    true,
  );
  return {
    server: config.server,
    origins,
    problems: [...reading.problems.filter(({ key }) => PATHS.includes(key)), ...problems],
  };
}
