import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

type Service = 'mongo' | 'redis';

/** How the servers of the store are started, killed and emptied: shell commands, so that anyone can name their own. */
export interface StoreCommands {
  readonly mongoPort: number;
  readonly redisPort: number;
  start(service: Service): Promise<void>;
  kill(service: Service): Promise<void>;
  wipe(service: Service): Promise<void>;
}

const VARIABLES = ['CHAOS_START', 'CHAOS_KILL', 'CHAOS_WIPE'] as const;

/**
 * From CHAOS_START, CHAOS_KILL and CHAOS_WIPE (each a shell command to which `mongo` or `redis` is appended, with MONGO_PORT and REDIS_PORT in
 * its environment), or from SERVICES_COMMAND, which has the verbs start, kill9 and wipe
 * (and --durable: a store that is killed must be set to keep its files whole). Null when neither is given.
 */
export function storeCommandsFrom(environment: NodeJS.ProcessEnv): StoreCommands | null {
  const services = environment.SERVICES_COMMAND;
  const fallback =
    services === undefined ? [] : [`${services} start --durable`, `${services} kill9`, `${services} wipe`];
  const [start, kill, wipe] = VARIABLES.map((variable, index) => environment[variable] ?? fallback[index]);
  if (start === undefined || kill === undefined || wipe === undefined) return null;
  const mongoPort = Number(environment.CHAOS_MONGO_PORT ?? 27_319);
  const redisPort = Number(environment.CHAOS_REDIS_PORT ?? 6_519);
  const run = async (command: string, service: Service): Promise<void> => {
    const env = { ...environment, MONGO_PORT: String(mongoPort), REDIS_PORT: String(redisPort) };
    await promisify(execFile)('/bin/sh', ['-c', `${command} ${service}`], { env });
  };
  return {
    mongoPort,
    redisPort,
    start: (service) => run(start, service),
    kill: (service) => run(kill, service),
    wipe: (service) => run(wipe, service),
  };
}

/** @returns where MongoDB and Redis answer */
export async function startServers(
  commands: StoreCommands | null,
): Promise<{ readonly mongoUri: string; readonly redisUrl: string }> {
  if (commands === null)
    throw new Error(
      'MongoDB requires store commands: set SERVICES_COMMAND, or CHAOS_START, CHAOS_KILL, CHAOS_WIPE',
    );
  await commands.start('mongo');
  await commands.start('redis');
  return {
    mongoUri: `mongodb://127.0.0.1:${commands.mongoPort}/?directConnection=true`,
    redisUrl: `redis://127.0.0.1:${commands.redisPort}`,
  };
}
