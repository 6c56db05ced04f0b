import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, inject } from 'vitest';
// For what it declares about `inject`.
import type {} from '../../../../services.setup.ts';

/** A database of the test file's own; gone when the file is done. */
export interface PostgresWorld {
  readonly uri: string;
  /** The name of a schema that nobody else uses. */
  freshName(): string;
}

/** Registers tests that need a server; without one they are skipped by name, with the reason. */
export function describeWithPostgres(title: string, body: (world: () => PostgresWorld) => void): void {
  const server = inject('postgresUrl');
  const name = server === null ? `${title} [SKIPPED: ${inject('servicesWhy')}]` : title;
  describe.skipIf(server === null)(name, () => {
    const database = `messaging_test_${randomName()}`;
    let world: PostgresWorld | null = null;
    beforeAll(async () => {
      if (server === null) return;
      await administer(server, `CREATE DATABASE ${database}`);
      const uri = new URL(server);
      uri.pathname = `/${database}`;
      world = { uri: uri.href, freshName: () => `messaging_${randomName()}` };
    });
    afterAll(async () => {
      if (server !== null) await administer(server, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    });
    body(() => world ?? neverOpened());
  });
}

async function administer(uri: string, statement: string): Promise<void> {
  const client = new Client(uri);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function neverOpened(): never {
  throw new Error('the test ran before its database was made');
}

function randomName(): string {
  return randomBytes(6).toString('hex');
}
