import type { DatabaseSync } from 'node:sqlite';
import { type BusyPolicy, retryWhileBusy } from './busy-retry.ts';
import type { Durability } from './durability.ts';
import { closedFault, storeFault } from './error-mapping.ts';
import { Statements } from './statements.ts';
import { WriteQueue } from './write-queue.ts';

/** One open file. Throws only the typed faults of core; a lock that another process holds never stops the event loop. */
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

  /** Each statement of the work sees one moment; nothing is written between them by this process. */
  async read<T>(work: (statements: Statements) => T): Promise<T> {
    if (this.#closing !== null) throw closedFault(this.path);
    try {
      return await retryWhileBusy(() => {
        this.#durability.check();
        return work(this.#statements);
      }, this.#policy);
    } catch (error) {
      throw storeFault(error, this.path);
    }
  }

  /** @throws StoreUnavailableError when the file was deleted, moved or replaced since it was opened */
  check(): void {
    this.#durability.check();
  }

  /** Work in a transaction that is committed, durably, before the promise resolves. It may be run more than once. */
  async write<T>(work: (statements: Statements) => T): Promise<T> {
    if (this.#closing !== null) throw closedFault(this.path);
    try {
      return await this.#writes.write(() => work(this.#statements));
    } catch (error) {
      throw storeFault(error, this.path);
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
}
