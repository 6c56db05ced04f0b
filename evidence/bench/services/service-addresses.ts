import { Client, DatabaseError } from 'pg';

export interface NamedDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

const DUPLICATE_DATABASE = '42P04';

/** A database of its own on the server at `POSTGRES_URL`: made by whoever asks for the name first. */
export async function databaseNamed(name: string): Promise<NamedDatabase> {
  const quoted = `"bench-${name.replaceAll('"', '')}"`;
  await onServer((client) => client.query(`CREATE DATABASE ${quoted}`)).catch((error: unknown) => {
    if (!(error instanceof DatabaseError && error.code === DUPLICATE_DATABASE)) throw error;
  });
  const url = new URL(postgresUrl());
  url.pathname = `/bench-${name}`;
  return {
    url: url.href,
    drop: () => onServer((client) => client.query(`DROP DATABASE ${quoted} WITH (FORCE)`)),
  };
}

async function onServer(work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: postgresUrl() });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** Where the servers are: their variables, or this machine's usual ports. */
export function mongoUri(): string {
  return process.env.MONGODB_URI ?? 'mongodb://127.0.0.1:27017/?replicaSet=rs0';
}

export function redisUrl(): string {
  return process.env.REDIS_URL ?? 'redis://127.0.0.1:6379';
}

/** There is no usual one: the benchmark starts its own and says here where it is. */
export function postgresUrl(): string {
  const url = process.env.POSTGRES_URL;
  if (url === undefined) throw new Error('POSTGRES_URL is not set');
  return url;
}
