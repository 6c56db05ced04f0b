import { randomBytes, randomInt } from 'node:crypto';
import { type Clock, InvalidOptionsError, StoreRejectedError } from '@messaging-system/core';
import { checkOptions, ObjectIdFactory, type OptionNames, type Random } from '@messaging-system/core/adapter';
import { SystemClock } from '@messaging-system/core/system-clock';
import { backupSqliteFile } from './backup.ts';
import { Connection } from './connection.ts';
import { LogSync, NO_DURABILITY } from './durability.ts';
import { IN_MEMORY, openDatabase } from './open-database.ts';
import { SqliteMessageRepository } from './repository.ts';
import { SqliteSentCache } from './sent-cache.ts';

export interface SqliteStoreOptions {
  /**
   * The file, on a local disk. It and its directory are made when missing; `:memory:` keeps everything in
   * this process.
   */
  readonly path: string;
  /** How long a delivery is remembered. 24 hours by default. */
  readonly sentCacheTtlMs?: number;
  /** How long an operation waits for another process's lock before it throws. 10 seconds by default. */
  readonly lockWaitMs?: number;
  /** Decides when remembered deliveries expire; nothing else. The system's by default. */
  readonly clock?: Clock;
  /** For ids and the jitter of waits; two openings of a file need different ones. Cryptographic by default. */
  readonly random?: Random;
}

const OPTION_NAMES: OptionNames<SqliteStoreOptions> = {
  path: true,
  sentCacheTtlMs: true,
  lockWaitMs: true,
  clock: true,
  random: true,
};

const DAY_MS = 86_400_000;
const DEFAULT_LOCK_WAIT_MS = 10_000;

/**
 * `MessageRepository` and `SentCache` in one SQLite file.
 *
 * @example
 * ```ts
 * import { SqliteStore } from '@messaging-system/adapters-sqlite';
 *
 * const store = await SqliteStore.open({ path: './messages.db' });
 * console.log((await store.messages.counts()).sent);
 * await store.close();
 * ```
 */
export class SqliteStore {
  readonly messages: SqliteMessageRepository;
  readonly sentCache: SqliteSentCache;
  readonly #connection: Connection;

  private constructor(connection: Connection, messages: SqliteMessageRepository, sentCache: SqliteSentCache) {
    this.#connection = connection;
    this.messages = messages;
    this.sentCache = sentCache;
  }

  /**
   * Opens the file, or makes it, and brings it to this release's format; any number of processes may do so
   * at the same time. Throws `InvalidOptionsError`; `StoreUnavailableError` for a file that cannot be
   * opened or stays locked; `StoreRejectedError` for one that is damaged, refuses writes, is not a SQLite
   * database, holds another program's data, or was made by a newer release. A refused file is not changed.
   */
  static async open(options: SqliteStoreOptions): Promise<SqliteStore> {
    checkOptions(options, OPTION_NAMES);
    const { path, sentCacheTtlMs = DAY_MS, lockWaitMs = DEFAULT_LOCK_WAIT_MS } = options;
    const { clock = new SystemClock(), random = new CryptoRandom() } = options;
    refuseInvalid({ path, sentCacheTtlMs, lockWaitMs });

    const policy = { lockWaitMs, random };
    const database = await openDatabase(path, policy);
    const durability = path === IN_MEMORY ? NO_DURABILITY : new LogSync(database, path);
    const connection = new Connection(database, path, policy, durability);
    const ids = new ObjectIdFactory(random);
    const messages = new SqliteMessageRepository(connection, { ids, clock, sentCacheTtlMs });
    const sentCache = new SqliteSentCache(connection, messages, clock, sentCacheTtlMs);
    return new SqliteStore(connection, messages, sentCache);
  }

  /**
   * Copies what is stored at one moment into a new file, while everybody goes on; what is confirmed before
   * the call is in it. The copy is one file, has been read through and is durable when the promise
   * resolves. Throws `StoreRejectedError` when the target is there already.
   */
  async backup(target: string): Promise<void> {
    const path = this.#connection.location;
    if (path === null) throw new StoreRejectedError('a store in memory has no file to back up');
    this.#connection.check();
    await backupSqliteFile(path, target);
  }

  /**
   * Finishes what was asked for, ends the watches and closes the file. Later calls throw
   * `StoreUnavailableError`. May be repeated.
   */
  async close(): Promise<void> {
    this.messages.endWatches();
    await this.#connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function refuseInvalid(options: { path: string; sentCacheTtlMs: number; lockWaitMs: number }): void {
  const problems: string[] = [];
  if (typeof options.path !== 'string') problems.push('path must be a text');
  else if (options.path === '') problems.push('path must not be empty');
  if (!Number.isSafeInteger(options.sentCacheTtlMs) || options.sentCacheTtlMs < 1) {
    problems.push(`sentCacheTtlMs must be a whole number from 1, is ${options.sentCacheTtlMs}`);
  }
  if (!Number.isFinite(options.lockWaitMs) || options.lockWaitMs < 0) {
    problems.push(`lockWaitMs must be a number from 0, is ${options.lockWaitMs}`);
  }
  if (problems.length > 0) throw new InvalidOptionsError(problems);
}

// `randomInt` takes ranges below 2^48.
const RANGE = 2 ** 47;

/** Chance from the runtime's cryptographic source. */
export class CryptoRandom implements Random {
  next(): number {
    return randomInt(RANGE) / RANGE;
  }

  token(): string {
    return randomBytes(16).toString('hex');
  }
}
