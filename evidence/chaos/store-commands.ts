import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SERVICES_OF, type ServerUris, type Service, type StoreName } from '../support/service.ts';

/** How the servers of the store are started, killed and emptied: shell commands, so that anyone can name their own. */
export interface StoreCommands {
  readonly ports: Readonly<Record<Service, number>>;
  start(service: Service): Promise<void>;
  kill(service: Service): Promise<void>;
  wipe(service: Service): Promise<void>;
}

const VARIABLES = ['CHAOS_START', 'CHAOS_KILL', 'CHAOS_WIPE'] as const;

/**
 * From CHAOS_START, CHAOS_KILL and CHAOS_WIPE (each a shell command to which `mongo`, `redis` or `postgres` is appended, with
 * MONGO_PORT, REDIS_PORT and POSTGRES_PORT in its environment), or from SERVICES_COMMAND, which has the verbs start, kill9 and wipe
 * (and --durable: a store that is killed must be set to keep its files whole). Null when neither is given.
 */
export function storeCommandsFrom(environment: NodeJS.ProcessEnv): StoreCommands | null {
  const services = environment.SERVICES_COMMAND;
  const fallback =
    services === undefined ? [] : [`${services} start --durable`, `${services} kill9`, `${services} wipe`];
  const [start, kill, wipe] = VARIABLES.map((variable, index) => environment[variable] ?? fallback[index]);
  if (start === undefined || kill === undefined || wipe === undefined) return null;
  const ports = {
    mongo: Number(environment.CHAOS_MONGO_PORT ?? 27_319),
    redis: Number(environment.CHAOS_REDIS_PORT ?? 6_519),
    postgres: Number(environment.CHAOS_POSTGRES_PORT ?? 5_719),
  };
  const run = async (command: string, service: Service): Promise<void> => {
    const env = {
      ...environment,
      MONGO_PORT: String(ports.mongo),
      REDIS_PORT: String(ports.redis),
      POSTGRES_PORT: String(ports.postgres),
    };
    await promisify(execFile)('/bin/sh', ['-c', `${command} ${service}`], { env });
  };
  return {
    ports,
    start: (service) => run(start, service),
    kill: (service) => run(kill, service),
    wipe: (service) => run(wipe, service),
  };
}

/** Starts the servers of the store. @returns where they answer */
export async function startServers(store: StoreName, commands: StoreCommands | null): Promise<ServerUris> {
  const services = SERVICES_OF[store];
  if (services.length === 0) return {};
  if (commands === null) {
    throw new Error(
      `chaos on ${store} needs store commands: set SERVICES_COMMAND, or CHAOS_START, CHAOS_KILL, CHAOS_WIPE`,
    );
  }
  for (const service of services) await commands.start(service);
  const uris: Readonly<Record<Service, string>> = {
    mongo: `mongodb://127.0.0.1:${commands.ports.mongo}/?directConnection=true`,
    redis: `redis://127.0.0.1:${commands.ports.redis}`,
    postgres: `postgres://postgres@127.0.0.1:${commands.ports.postgres}/postgres`,
  };
  return Object.fromEntries(services.map((service) => [service, uris[service]]));
}
