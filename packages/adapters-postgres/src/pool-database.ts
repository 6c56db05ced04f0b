import { checkMethods } from '@messaging-system/core/adapter';
import { Client, type ClientBase, type ClientConfig, type Pool } from 'pg';
import type { SqlConnection, SqlDatabase, SqlRow } from './database.ts';

export interface PoolDatabaseOptions {
  /** How to connect for LISTEN; as the pool does unless told. Not through PgBouncer in transaction mode. */
  readonly listen?: ClientConfig;
  /** How long one statement may take before its connection is given up. 30 seconds by default. */
  readonly queryTimeoutMs?: number;
}

const DEFAULT_QUERY_TIMEOUT_MS = 30_000;

/** Values as PostgreSQL writes them: the caller may have told `pg` to parse some types in another way. */
const AS_TEXT: NonNullable<ClientConfig['types']> = {
  getTypeParser: () => (value: string) => value,
};

/**
 * The pool stays its caller's: `close` does not end it. A connection of the pool that breaks ends no process, also one that the caller has taken
 * out of it: the next statement on it rejects.
 * @throws InvalidOptionsError for anything but a pool
 */
export function poolDatabase(pool: Pool, options: PoolDatabaseOptions = {}): SqlDatabase {
  checkMethods(pool, ['connect', 'query', 'on', 'off'], 'pool must be a Pool of pg');
  return new PoolDatabase(pool, options);
}

/** Its types do not know all that it can do. */
class ListeningClient extends Client {
  declare unref: () => void;
}

class PoolDatabase implements SqlDatabase {
  readonly #pool: Pool;
  readonly #listen: ClientConfig;
  readonly #queryTimeoutMs: number;

  constructor(pool: Pool, { listen, queryTimeoutMs = DEFAULT_QUERY_TIMEOUT_MS }: PoolDatabaseOptions) {
    this.#pool = pool;
    this.#listen = listen ?? pool.options;
    this.#queryTimeoutMs = queryTimeoutMs;
    // An idle connection that the server ends is an error event of the pool, which ends a process that nobody told
    // otherwise. The pool opens another one by itself.
    pool.on('error', ignore);
    // So is one that has been taken out of the pool, while nothing is asked of it: between two statements of a transaction.
    pool.on('acquire', survive);
  }

  query(text: string, values: unknown[]): Promise<{ readonly rows: readonly SqlRow[] }> {
    return this.#pool.query(this.#config(text, values));
  }

  async transaction<Result>(
    begin: string,
    work: (connection: SqlConnection) => Promise<Result>,
  ): Promise<Result> {
    return this.#withClient(async (client) => {
      await client.query(this.#config(begin));
      const result = await work({ query: (text, values) => client.query(this.#config(text, values)) });
      const { command } = await client.query(this.#config('COMMIT'));
      if (command !== 'COMMIT') throw new Error('the server rolled the transaction back');
      return result;
    });
  }

  run(statements: string): Promise<readonly string[]> {
    return this.#withClient(async (client) => {
      const notices: string[] = [];
      const hear = ({ message }: { message?: string | undefined }): void => {
        if (message !== undefined) notices.push(message);
      };
      client.on('notice', hear);
      try {
        await client.query(statements);
        return notices;
      } finally {
        client.off('notice', hear);
      }
    });
  }

  async listen(
    channel: string,
    onPayload: (payload: string) => void,
    onLost: () => void,
  ): Promise<() => Promise<void>> {
    const client = new ListeningClient({ ...this.#listen, keepAlive: true });
    let isOver = false;
    const onEnd = (): void => {
      if (isOver) return;
      isOver = true;
      onLost();
    };
    // After an error the client may or may not tell that it has ended.
    client.on('error', () => {
      onEnd();
      client.end().catch(ignore);
    });
    client.on('end', onEnd);
    client.on('notification', ({ payload }) => onPayload(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
    } catch (error) {
      isOver = true;
      client.end().catch(ignore);
      throw error;
    }
    client.unref();
    return async () => {
      isOver = true;
      await client.end().catch(ignore);
    };
  }

  async close(): Promise<void> {
    this.#pool.off('error', ignore);
    this.#pool.off('acquire', survive);
  }

  /** A connection with a rolled-back transaction goes back to the pool; one that cannot roll back is closed. */
  async #withClient<Result>(work: (client: ClientBase) => Promise<Result>): Promise<Result> {
    const client = await this.#pool.connect();
    let unusable: Error | undefined;
    try {
      return await work(client);
    } catch (error) {
      unusable = await client.query(this.#config('ROLLBACK')).then(
        () => undefined,
        (failure: Error) => failure,
      );
      throw error;
    } finally {
      client.release(unusable);
    }
  }

  #config(text: string, values: unknown[] = []) {
    // `pg` documents `query_timeout` for a query as for a client; its types know only the latter.
    return { text, values, types: AS_TEXT, query_timeout: this.#queryTimeoutMs };
  }
}

function survive(client: ClientBase): void {
  if (!client.listeners('error').includes(ignore)) client.on('error', ignore);
}

function ignore(): void {}
