import { type ServerOutcome, SpawnedServer } from '../support/spawn-server.ts';

/** The command as a process of its own, from its beginning to its end. */
export function runCli(
  home: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerOutcome> {
  return new SpawnedServer(home, environment, args).ended();
}
