import { checkMethods } from '@messaging-system/core/adapter';
import type { SqlConnection, SqlDatabase, SqlRow } from './database.ts';

/** The part of `@electric-sql/pglite` that is needed. */
export interface PGliteLike {
  query<Row>(text: string, values?: unknown[], options?: QueryOptions): Promise<{ rows: Row[] }>;
  exec(
    statements: string,
    options?: { onNotice?: (notice: { message?: string | undefined }) => void },
  ): Promise<unknown>;
  transaction<Result>(work: (transaction: PGliteTransaction) => Promise<Result>): Promise<Result>;
  listen(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>>;
}

interface QueryOptions {
  parsers?: Record<number, (value: string) => unknown>;
}

type PGliteTransaction = Pick<PGliteLike, 'query' | 'exec'>;

/** Types whose values are to come as PostgreSQL writes them: boolean, bigint, integer, JSON. */
const AS_TEXT = Object.fromEntries([16, 20, 23, 3802].map((type) => [type, (value: string) => value]));

/** PostgreSQL inside the process, on one connection: for tests and for trying things out. Its caller closes it. @throws InvalidOptionsError for anything but a PGlite */
export function pgliteDatabase(pglite: PGliteLike): SqlDatabase {
  checkMethods(pglite, ['query', 'exec', 'transaction', 'listen'], 'pglite must be a PGlite');
  const connectionOf = (target: PGliteTransaction): SqlConnection => ({
    query: (text, values) => target.query<SqlRow>(text, values, { parsers: AS_TEXT }),
  });
  return {
    ...connectionOf(pglite),
    // It begins the transaction itself, and its one connection has the server's defaults.
    transaction: (_begin, work) => pglite.transaction((target) => work(connectionOf(target))),
    async run(statements) {
      const notices: string[] = [];
      await pglite.exec(statements, { onNotice: ({ message }) => void notices.push(message ?? '') });
      return notices;
    },
    listen: (channel, onPayload) => pglite.listen(channel, onPayload),
    close: async () => undefined,
  };
}
