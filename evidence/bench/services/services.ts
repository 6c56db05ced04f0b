import { execFile } from 'node:child_process';
import { chownSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../../tooling/free-port.ts';
import { mongoName, postgresName, redisName, sqliteName } from '../../../tooling/server-names.ts';
import { STORE_NAMES, STORES, type StoreName } from '../contenders/store-facts.ts';
import { mongoUri, redisUrl } from './service-addresses.ts';

const run = promisify(execFile);

export interface PostgresServer {
  readonly url: string;
  readonly version: string;
  stop(): Promise<void>;
}

/** A PostgreSQL server of the benchmark's own, with its defaults: each commit is forced to the disk. @throws when this machine has none */
export async function startPostgres(): Promise<PostgresServer> {
  const [binaries] = globSync('/usr/lib/postgresql/*/bin').sort().reverse();
  if (binaries === undefined) throw new Error('PostgreSQL is not installed (apt-get install postgresql)');
  const directory = mkdtempSync(join(tmpdir(), 'bench-postgres-'));
  const data = join(directory, 'data');
  const asUser = await unprivileged(directory);
  const port = await freePort();
  await asUser(join(binaries, 'initdb'), ['-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8']);
  const options = `-p ${port} -h 127.0.0.1 -k ${directory} -c max_connections=200`;
  const control = join(binaries, 'pg_ctl');
  await asUser(control, ['-D', data, '-o', options, '-l', join(directory, 'log'), '-w', 'start']);
  const { stdout } = await run(join(binaries, 'postgres'), ['--version']);
  return {
    url: `postgres://bench@127.0.0.1:${port}/postgres`,
    version: `PostgreSQL ${/\d\S*/.exec(stdout)?.[0] ?? 'of an unknown version'}`,
    stop: async () => {
      await asUser(control, ['-D', data, '-m', 'immediate', '-w', 'stop']);
      rmSync(directory, { recursive: true });
    },
  };
}

type RunProgram = (program: string, args: readonly string[]) => Promise<unknown>;

/** The server refuses to be run by root: then by the user that its package made. */
async function unprivileged(directory: string): Promise<RunProgram> {
  if (process.getuid?.() !== 0) return (program, args) => run(program, [...args]);
  const { stdout } = await run('id', ['-u', 'postgres']);
  chownSync(directory, Number(stdout), -1);
  return (program, args) => run('runuser', ['-u', 'postgres', '--', program, ...args], { cwd: directory });
}

export type ServiceName = 'mongo' | 'redis' | 'postgres';

/** The available servers, and why the others are not. */
export interface Services {
  /** Why the first of them that is missing is; null when all are there. */
  whyNot(names: readonly ServiceName[]): string | null;
  /** The version of each, as it says itself, for the record. */
  readonly versions: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Looks for MongoDB, Redis and the PostgreSQL at `POSTGRES_URL`; without that it starts one of the benchmark's own. */
export async function openServices(names: ReadonlySet<ServiceName>): Promise<Services> {
  const missing = new Map<ServiceName, string>();
  const versions: Record<string, string> = { sqlite: sqliteName() };
  const look = async (name: ServiceName, work: () => Promise<string>): Promise<void> => {
    if (!names.has(name)) return;
    try {
      versions[name] = await work();
    } catch (error) {
      missing.set(name, `no ${name}: ${error instanceof Error ? error.message : error}`);
    }
  };
  let stopPostgres = async (): Promise<void> => undefined;
  await look('mongo', () => mongoName(mongoUri()));
  await look('redis', () => redisName(redisUrl()));
  await look('postgres', async () => {
    const given = process.env.POSTGRES_URL;
    if (given !== undefined) return postgresName(given);
    const server = await startPostgres();
    process.env.POSTGRES_URL = server.url;
    stopPostgres = server.stop;
    return server.version;
  });
  const whyNot = (asked: readonly ServiceName[]): string | null =>
    asked.map((name) => missing.get(name) ?? null).find((why) => why !== null) ?? null;
  return { whyNot, versions, stop: stopPostgres };
}

/** Which of our stores this machine has, and why the others are skipped. */
export async function openOurStores(): Promise<{
  readonly stores: readonly StoreName[];
  readonly versions: Services['versions'];
  readonly skipped: readonly string[];
  stop(): Promise<void>;
}> {
  const services = await openServices(new Set(STORE_NAMES.flatMap((name) => STORES[name].needs)));
  const why = (name: StoreName): string | null => services.whyNot(STORES[name].needs);
  return {
    stores: STORE_NAMES.filter((name) => why(name) === null),
    versions: services.versions,
    skipped: STORE_NAMES.flatMap((name) => why(name) ?? []),
    stop: services.stop,
  };
}
