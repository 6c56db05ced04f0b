import { mongoName, redisName, sqliteName } from '../../../tooling/server-names.ts';
import { startPostgres } from './postgres-server.ts';
import { mongoUri, redisUrl } from './service-addresses.ts';

export type ServiceName = 'mongo' | 'redis' | 'postgres';

/** What can be had of the servers, and why the others can't. */
export interface Services {
  /** Why it is missing; null when it is there. */
  whyNot(name: ServiceName): string | null;
  /** What each is, as it says itself, for the record. */
  readonly versions: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Looks for MongoDB and Redis, and starts a PostgreSQL server of the benchmark's own. */
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
    const server = await startPostgres();
    process.env.POSTGRES_URL = server.url;
    stopPostgres = server.stop;
    return server.version;
  });
  return { whyNot: (name) => missing.get(name) ?? null, versions, stop: stopPostgres };
}
