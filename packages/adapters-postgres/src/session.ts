import type { SqlConnection, SqlDatabase, SqlRow } from './database.ts';

export const DEFAULT_SCHEMA = 'messaging';

/** As PostgreSQL takes it without quotes, and short enough for the names that are made of it. */
const SCHEMA_NAME = /^[a-z_][a-z0-9_]{0,47}$/;

/** The problem of a schema's name; null when it can be used. */
export function schemaProblem(schema: string): string | null {
  if (typeof schema === 'string' && SCHEMA_NAME.test(schema) && !schema.startsWith('pg_')) return null;
  return 'schema must be a name of 1 to 48 lower case letters, digits and _, not starting with a digit or pg_';
}

/** The statements of this package are written for the schema `messaging`; these are for another one. */
export function inSchema(schema: string, sql: string): string {
  return schema === DEFAULT_SCHEMA ? sql : sql.replaceAll(/\bmessaging\./g, `"${schema}".`);
}

const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE';

/**
 * The store's tables in one schema of a database. Reads and writes of one statement are one round trip. Where the
 * defaults of the server or of the user would make a commit less durable, or run it in another isolation level than
 * READ COMMITTED, every write is a transaction that says so.
 */
export class Session {
  readonly database: SqlDatabase;
  readonly schema: string;
  readonly #texts = new Map<string, string>();
  #begin = BEGIN;
  #hasWeakDefaults = false;

  constructor(database: SqlDatabase, schema: string) {
    this.database = database;
    this.schema = schema;
  }

  /** Looks at the defaults that connections to this database have. */
  async learnDefaults(): Promise<void> {
    const { rows } = await this.database.query(
      `SELECT current_setting('synchronous_commit') AS durability, current_setting('default_transaction_isolation') AS isolation`,
      [],
    );
    const isDurable = rows[0]?.durability === 'on' || rows[0]?.durability === 'remote_apply';
    this.#hasWeakDefaults = !isDurable || rows[0]?.isolation !== 'read committed';
    this.#begin = isDurable ? BEGIN : `${BEGIN}; SET LOCAL synchronous_commit TO on`;
  }

  async read(sql: string, ...values: readonly unknown[]): Promise<readonly SqlRow[]> {
    return (await this.database.query(this.text(sql), [...values])).rows;
  }

  /** Committed, and on the server's disk, when it resolves. */
  async write(sql: string, ...values: readonly unknown[]): Promise<readonly SqlRow[]> {
    if (!this.#hasWeakDefaults) return this.read(sql, ...values);
    return this.transaction((query) => query(sql, ...values));
  }

  transaction<Result>(work: (query: Query) => Promise<Result>): Promise<Result> {
    return this.database.transaction(this.#begin, (connection) => work(this.on(connection)));
  }

  /** Runs statements of this package on somebody's connection. */
  on(connection: SqlConnection): Query {
    return async (sql, ...values) => (await connection.query(this.text(sql), [...values])).rows;
  }

  text(sql: string): string {
    const known = this.#texts.get(sql);
    if (known !== undefined) return known;
    const text = inSchema(this.schema, sql);
    this.#texts.set(sql, text);
    return text;
  }
}

export type Query = (sql: string, ...values: readonly unknown[]) => Promise<readonly SqlRow[]>;
