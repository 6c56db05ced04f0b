import type { ApiKey, InvalidConfiguration, Origin } from '@messaging-system/cli';
import { describeOrigin } from '@messaging-system/cli/text';
import { BY_DEFAULT, checkValues } from './check-values.ts';
import type { Config, SettingPath } from './config.ts';
import { type Environment, readEnvironment } from './read-environment.ts';

/** The key that commands call this server with: the first that may do everything, else the first that may do most. */
export function callerKey(
  { apiKey = [], apiKeys = [] }: Pick<Config['server'], 'apiKey' | 'apiKeys'>,
  origins: ReadonlyMap<SettingPath, Origin>,
): ApiKey {
  const from = (path: SettingPath): string => describeOrigin(origins.get(path) ?? BY_DEFAULT);
  const [first] = apiKey;
  if (first !== undefined) return { apiKey: first, keyOrigin: from('server.apiKey') };
  const [most] = apiKeys.toSorted((one, other) => other.scopes.length - one.scopes.length);
  return most === undefined
    ? { apiKey: null, keyOrigin: null }
    : { apiKey: most.key, keyOrigin: `${most.name} (${from('server.apiKeys')})` };
}

const PATHS: readonly string[] = ['server.apiKey', 'server.apiKeys'];

/** The same for a server elsewhere, by the environment alone: no other setting is that server's. */
export function keyForOthers(environment: Environment = process.env): ApiKey | InvalidConfiguration {
  const reading = readEnvironment(environment);
  const { config, problems, origins } = checkValues(
    reading.given.filter(({ path }) => PATHS.includes(path)),
    true,
  );
  const all = [...reading.problems.filter(({ key }) => PATHS.includes(key)), ...problems];
  return all.length > 0
    ? { kind: 'invalid', problems: all, warnings: [] }
    : callerKey(config.server, origins);
}
