import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { startPostgres } from './postgres-server.ts';
import { mongoUri, redisUrl } from './service-addresses.ts';

export type ServiceName = 'mongo' | 'redis' | 'postgres';

/** What can be had of the servers, and why the others can't. */
export interface Services {
  /** Why it is missing; null when it is there. */
  whyNot(name: ServiceName): string | null;
  /** What each is, for the record. */
  readonly versions: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Looks for MongoDB and Redis, and starts a PostgreSQL server of the benchmark's own. */
export async function openServices(names: ReadonlySet<ServiceName>): Promise<Services> {
  const missing = new Map<ServiceName, string>();
  const versions: Record<string, string> = {};
  const look = async (name: ServiceName, work: () => Promise<string>): Promise<void> => {
    if (!names.has(name)) return;
    try {
      versions[name] = await work();
    } catch (error) {
      missing.set(name, `no ${name}: ${error instanceof Error ? error.message : error}`);
    }
  };
  let stopPostgres = async (): Promise<void> => undefined;
  await look('mongo', mongoVersion);
  await look('redis', redisVersion);
  await look('postgres', async () => {
    const server = await startPostgres();
    process.env.POSTGRES_URL = server.url;
    stopPostgres = server.stop;
    return server.version;
  });
  return { whyNot: (name) => missing.get(name) ?? null, versions, stop: stopPostgres };
}

async function mongoVersion(): Promise<string> {
  const client = await MongoClient.connect(mongoUri(), { serverSelectionTimeoutMS: 3_000 });
  const { version } = await client.db('admin').command({ buildInfo: 1 });
  await client.close();
  return String(version);
}

async function redisVersion(): Promise<string> {
  const redis = new Redis(redisUrl(), { lazyConnect: true, retryStrategy: () => null });
  await redis.connect();
  const info = await redis.info('server');
  await redis.quit();
  return /redis_version:(\S+)/.exec(info)?.[1] ?? 'unknown';
}
