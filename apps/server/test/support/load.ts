import type { ConfigProblem } from '@messaging-system/cli';
import { type LoadedConfig, loadConfig } from '../../src/config/load-config.ts';
import type { Environment } from '../../src/config/read-environment.ts';

/** The configuration of this environment, or a failure that shows the problems. */
export function loaded(environment: Environment, cwd: string): LoadedConfig {
  const result = loadConfig(environment, cwd);
  if (result.kind === 'invalid') throw new Error(JSON.stringify(result.problems, null, 2));
  return result;
}

export function problemsOf(environment: Environment, cwd: string): readonly ConfigProblem[] {
  const result = loadConfig(environment, cwd);
  if (result.kind === 'loaded') throw new Error('there is no problem');
  return result.problems;
}
