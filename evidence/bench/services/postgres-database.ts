import { Client } from 'pg';
import { postgresUrl } from './service-addresses.ts';

export interface FreshDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A database of its own on the server at `POSTGRES_URL`. */
export async function onFreshDatabase(name: string): Promise<FreshDatabase> {
  const quoted = `"bench-${name.replaceAll('"', '')}"`;
  await onServer((client) => client.query(`CREATE DATABASE ${quoted}`));
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
