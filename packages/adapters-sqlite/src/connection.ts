import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Durability } from './durability.ts';
import { type BusyPolicy, closedFault, isBusy, retryWhileBusy, storeFault } from './errors.ts';
import { Statements } from './statements.ts';
import { WriteQueue } from './write-queue.ts';

// How long a reader of the log is waited for, and how often it is looked for.
const LOG_WAIT_MS = 1_000;
const LOG_RETRY_MS = 20;

/** One open file. Throws core's typed faults only; a lock of another process never stops the event loop. */
export class Connection {
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #policy: BusyPolicy;
  readonly #durability: Durability;
  readonly #statements: Statements;
  readonly #writes: WriteQueue;
  #closing: Promise<void> | null = null;

  constructor(database: DatabaseSync, path: string, policy: BusyPolicy, durability: Durability) {
    this.#database = database;
    this.path = path;
    this.#policy = policy;
    this.#durability = durability;
    this.#statements = new Statements(database);
    this.#writes = new WriteQueue(database, policy, durability);
  }

  /** The file's absolute path; null for a database in memory. */
  get location(): string | null {
    return this.#database.location();
  }

  /** @throws StoreUnavailableError when the file was deleted, moved or replaced since it was opened */
  check(): void {
    this.#durability.check();
  }

  /** Each statement of the work sees one moment; nothing is written between them by this process. */
  read<T>(work: (statements: Statements) => T): Promise<T> {
    const checked = (): T => {
      this.check();
      return work(this.#statements);
    };
    return this.#whileOpen(() => retryWhileBusy(checked, this.#policy));
  }

  /** Work in a transaction that is durable before the promise resolves. It may be run more than once. */
  write<T>(work: (statements: Statements) => T): Promise<T> {
    return this.#whileOpen(() => this.#writes.write(() => work(this.#statements)));
  }

  /**
   * Moves everything from the write-ahead log into the file and cuts the log to nothing, so that no copy of
   * what was removed stays in it. False when another connection still used it after a second (at most
   * `lockWaitMs`).
   */
  async emptyLog(): Promise<boolean> {
    const giveUpAt = performance.now() + Math.min(this.#policy.lockWaitMs, LOG_WAIT_MS);
    while (!(await this.#whileOpen(() => this.#tryEmptyLog()))) {
      if (performance.now() >= giveUpAt) return false;
      await sleep(LOG_RETRY_MS);
    }
    return true;
  }

  #tryEmptyLog(): boolean {
    this.check();
    // A write of this process may be between its BEGIN and its work.
    if (this.#database.isTransaction) return false;
    try {
      return this.#database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy === 0;
    } catch (error) {
      if (isBusy(error)) return false;
      throw error;
    }
  }

  /** Reads at once, for what has no caller to report a fault to: null then. */
  tryRead<T>(work: (statements: Statements) => T): T | null {
    try {
      return work(this.#statements);
    } catch {
      return null;
    }
  }

  /** Takes no new work, finishes what was taken, then closes. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#writes.drained();
    await this.#durability.close();
    this.#database.close();
  }

  async #whileOpen<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.#closing !== null) throw closedFault(this.path);
    try {
      return await work();
    } catch (error) {
      throw storeFault(error, this.path);
    }
  }
}
