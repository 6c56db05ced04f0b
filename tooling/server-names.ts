import { Redis } from 'ioredis';
import { type Document, MongoClient } from 'mongodb';
import { Client } from 'pg';

const TIMEOUT_MS = 3_000;

/** The SQLite that is built into this Node. */
export function sqliteName(): string {
  return `SQLite ${process.versions.sqlite}`;
}

/** The server at `uri`, as it names itself. */
export async function mongoName(uri: string): Promise<string> {
  const client = await MongoClient.connect(uri, { serverSelectionTimeoutMS: TIMEOUT_MS });
  try {
    return nameOfMongo(await client.db('admin').command({ buildInfo: 1 }));
  } finally {
    await client.close();
  }
}

/**
 * "MongoDB" is mongod, which has WiredTiger. Other servers that speak its protocol are called compatible, since their figures are not
 * MongoDB's.
 */
export function nameOfMongo(buildInfo: Document): string {
  const engines: readonly unknown[] = Array.isArray(buildInfo.storageEngines) ? buildInfo.storageEngines : [];
  if (engines.includes('wiredTiger')) return `MongoDB ${buildInfo.version}`;
  const kind = engines.includes('documentdb')
    ? ' (DocumentDB on PostgreSQL)'
    : buildInfo.ferretdb === undefined
      ? ''
      : ' (FerretDB)';
  return `a MongoDB-compatible server${kind} that answers as ${buildInfo.version}`;
}

export async function redisName(url: string): Promise<string> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
  });
  // Why there is no connection is said in an event only.
  let reason: unknown = null;
  redis.on('error', (error: unknown) => {
    reason = error;
  });
  try {
    await redis.connect().catch((error: unknown) => {
      throw reason ?? error;
    });
    const info = await redis.info('server');
    // Valkey says which Redis it stands for, and its own name besides.
    const own = /^valkey_version:(\S+)/m.exec(info)?.[1];
    if (own !== undefined) return `Valkey ${own}`;
    return `Redis ${/^redis_version:(\S+)/m.exec(info)?.[1] ?? 'of an unknown version'}`;
  } finally {
    redis.disconnect();
  }
}

export async function postgresName(url: string): Promise<string> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
  });
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; fsync: string }>(
      "SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync",
    );
    const [row] = rows;
    // Without fsync a commit does not wait for the disk: its figures do not compare with those of a server that does.
    return `PostgreSQL ${row?.version.split(' ')[0]}${row?.fsync === 'on' ? '' : ' (fsync off)'}`;
  } finally {
    await client.end();
  }
}
