import { checkValues } from './check-values.ts';
import type { Config } from './config.ts';
import type { ConfigProblem } from './config-problem.ts';
import { BY_DEFAULT, type Origin } from './origin.ts';
import { type Environment, readEnvironment } from './read-environment.ts';

export interface EnvironmentApiKey {
  readonly apiKey: Config['server']['apiKey'];
  readonly origin: Origin;
  readonly problems: readonly ConfigProblem[];
}

/** `server.apiKey` as the environment alone gives it, for who speaks to a server elsewhere: no other setting is that server's. */
export function environmentApiKey(environment: Environment = process.env): EnvironmentApiKey {
  const reading = readEnvironment(environment);
  const { config, problems, origins } = checkValues(
    reading.given.filter(({ path }) => path === 'server.apiKey'),
    true,
  );
  return {
    apiKey: config.server.apiKey,
    origin: origins.get('server.apiKey') ?? BY_DEFAULT,
    problems: [...reading.problems.filter(({ key }) => key === 'server.apiKey'), ...problems],
  };
}
