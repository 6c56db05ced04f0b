import { type Clock, InvalidOptionsError } from '@messaging-system/core';
import {
  checkMethods,
  checkOptions,
  ObjectIdFactory,
  type OptionNames,
  type Random,
} from '@messaging-system/core/adapter';
import { SystemClock, SystemRandom } from '@messaging-system/core/system-clock';
import { Pool } from 'pg';
import type { SqlDatabase } from './database.ts';
import { durabilityWarnings } from './durability.ts';
import { withStoreFaults } from './errors.ts';
import { prepareSchema } from './migrations.ts';
import { poolDatabase } from './pool-database.ts';
import { clientConfig } from './pool-options.ts';
import { PostgresMessageRepository } from './repository.ts';
import { PostgresSentCache } from './sent-cache.ts';
import { DEFAULT_SCHEMA, Session, schemaProblem } from './session.ts';
import { WakeUps } from './wake-ups.ts';

interface CommonOptions {
  /** The schema for the tables, which is made when it is missing. `messaging` by default. */
  readonly schema?: string;
  /** How long a delivery is remembered. 24 hours by default. */
  readonly sentCacheTtlMs?: number;
  /** Hears of the indexes that `open` waits for, about once in ten seconds. */
  readonly onIndexWait?: (names: readonly string[]) => void;
  /** Hears what is wrong and what to do: settings of the server that can lose messages, or that no notification arrives. */
  readonly onWarning?: (text: string) => void;
  /** Decides when remembered deliveries expire, and measures how long searches take. The system's by default. */
  readonly clock?: Clock;
  /** For ids. The system's by default. */
  readonly random?: Random;
}

/** With a pool of connections of its own, which `close` ends. */
export interface PostgresUriOptions extends CommonOptions {
  /** `postgres://user:password@host:port/database`, with libpq's parameters such as `sslmode`. The database must exist. */
  readonly uri: string;
  /** Where LISTEN goes to, when `uri` leads to PgBouncer in transaction mode. As `uri` by default. */
  readonly listenUri?: string;
  /** How many connections at most, in addition to the one that listens. 10 by default. */
  readonly maxConnections?: number;
  /** How long one statement may take before its connection is given up. 30 seconds by default. */
  readonly queryTimeoutMs?: number;
}

/** With what the caller has opened, and closes. */
export interface PostgresDatabaseOptions extends CommonOptions {
  /** `poolDatabase(pool)` or `pgliteDatabase(pglite)`. */
  readonly database: SqlDatabase;
}

export type PostgresStoreOptions = PostgresUriOptions | PostgresDatabaseOptions;

const OPTION_NAMES: OptionNames<PostgresUriOptions & PostgresDatabaseOptions> = {
  uri: true,
  listenUri: true,
  maxConnections: true,
  queryTimeoutMs: true,
  database: true,
  schema: true,
  sentCacheTtlMs: true,
  onIndexWait: true,
  onWarning: true,
  clock: true,
  random: true,
};

const DATABASE_METHODS: readonly (keyof SqlDatabase)[] = ['query', 'transaction', 'run', 'listen', 'close'];

const DAY_MS = 86_400_000;
const DEFAULT_CONNECTIONS = 10;
const DEFAULT_QUERY_TIMEOUT_MS = 30_000;

/** `MessageRepository` and `SentCache` in one schema of a PostgreSQL database. */
export class PostgresStore {
  readonly messages: PostgresMessageRepository;
  readonly sentCache: PostgresSentCache;
  readonly #wakeUps: WakeUps;
  readonly #database: SqlDatabase;
  #closing: Promise<void> | null = null;

  private constructor(
    messages: PostgresMessageRepository,
    sentCache: PostgresSentCache,
    wakeUps: WakeUps,
    database: SqlDatabase,
  ) {
    this.messages = messages;
    this.sentCache = sentCache;
    this.#wakeUps = wakeUps;
    this.#database = database;
  }

  /**
   * Connects, brings the schema to this release's version and waits until its indexes are valid; any number of
   * processes may do so at the same time. Throws `InvalidOptionsError`; `StoreUnavailableError` when the server cannot
   * be reached; `StoreRejectedError` when it is too old, lacks a right or the database, or has the schema of a newer
   * release that this one cannot share.
   */
  static async open(options: PostgresStoreOptions): Promise<PostgresStore> {
    checkOptions(options, OPTION_NAMES);
    if ('database' in options) {
      const must = 'database must be poolDatabase(pool) or pgliteDatabase(pglite)';
      checkMethods(options.database, DATABASE_METHODS, must);
    }
    const { schema = DEFAULT_SCHEMA, sentCacheTtlMs = DAY_MS, onIndexWait, onWarning } = options;
    const { clock = new SystemClock(), random = new SystemRandom() } = options;
    const problems = [schemaProblem(schema) ?? [], numberProblems({ sentCacheTtlMs })].flat();
    const database = 'database' in options ? options.database : openPool(options, problems);
    if (database === null || problems.length > 0) throw new InvalidOptionsError(problems);

    try {
      const session = new Session(database, schema);
      await withStoreFaults('open', async () => {
        await session.learnDefaults();
        await prepareSchema(session, onIndexWait);
      });
      if (onWarning !== undefined) for (const text of await durabilityWarnings(session)) onWarning(text);
      const wakeUps = new WakeUps(session, onWarning);
      const ids = new ObjectIdFactory(random);
      const messages = new PostgresMessageRepository({ session, ids, clock, sentCacheTtlMs, wakeUps });
      const sentCache = new PostgresSentCache(session, messages, clock, sentCacheTtlMs);
      return new PostgresStore(messages, sentCache, wakeUps, database);
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /**
   * Tries whether this process hears of what others store. Null where it does, else what is wrong and what to do: then
   * their messages are found by polling.
   */
  notificationProblem(): Promise<string | null> {
    return this.#wakeUps.problem();
  }

  /** Ends the watches, and the connections that it has opened. May be repeated. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    await this.#wakeUps.stop();
    await this.#database.close();
  }
}

/** Null, and the problems added, where the options cannot be used. Connects to nothing yet. */
function openPool(options: PostgresUriOptions, problems: string[]): SqlDatabase | null {
  const { uri, listenUri = uri, maxConnections = DEFAULT_CONNECTIONS } = options;
  const { queryTimeoutMs = DEFAULT_QUERY_TIMEOUT_MS } = options;
  const config = clientConfig(uri);
  const listen = clientConfig(listenUri);
  problems.push(...numberProblems({ maxConnections, queryTimeoutMs }));
  if (typeof config === 'string') problems.push(`uri ${config}`);
  else if (typeof listen === 'string') problems.push(`listenUri ${listen}`);
  if (typeof config === 'string' || typeof listen === 'string' || problems.length > 0) return null;
  // The connections that nobody uses keep no process alive.
  const pool = new Pool({ ...config, max: maxConnections, allowExitOnIdle: true });
  const database = poolDatabase(pool, { listen, queryTimeoutMs });
  let closing: Promise<void> | null = null;
  return {
    query: (text, values) => database.query(text, values),
    transaction: (begin, work) => database.transaction(begin, work),
    run: (statements) => database.run(statements),
    listen: (channel, onPayload, onLost) => database.listen(channel, onPayload, onLost),
    close: () => {
      closing ??= pool.end();
      return closing;
    },
  };
}

function numberProblems(options: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(options)
    .filter(([, value]) => !Number.isSafeInteger(value) || value < 1)
    .map(([name, value]) => `${name} must be a whole number from 1, is ${value}`);
}
