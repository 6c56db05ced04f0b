import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Durability } from './durability.ts';
import { type BusyPolicy, retryWhileBusy } from './errors.ts';

interface Job {
  /** Does the work in the open transaction; again when another job had the transaction rolled back. */
  run(): void;
  succeed(): void;
  fail(error: unknown): void;
}

// Other work of the process gets its turn after a transaction has taken this long.
const LONGEST_GROUP_MS = 8;

/**
 * Runs writes one after the other in `BEGIN IMMEDIATE` transactions. Writes that are asked for in the same
 * turn of the event loop share a transaction; when one of them fails, each is done again on its own, so
 * that none suffers for another. A promise resolves when the commit is durable; the event loop, and the
 * transactions behind it, do not wait for that.
 */
export class WriteQueue {
  readonly #database: DatabaseSync;
  readonly #policy: BusyPolicy;
  readonly #durability: Durability;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #totalChanges: StatementSync;
  readonly #jobs: Job[] = [];
  #committed: Job[] = [];
  #syncing: Promise<void> | null = null;
  #alone = 0;
  #flushing: Promise<void> = Promise.resolve();
  #idle = true;

  constructor(database: DatabaseSync, policy: BusyPolicy, durability: Durability) {
    this.#database = database;
    this.#policy = policy;
    this.#durability = durability;
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
    this.#totalChanges = database.prepare('SELECT total_changes() AS changes');
  }

  /** `work` is synchronous, only reads and writes the database, and may be run more than once. */
  write<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      let value: T;
      this.#jobs.push({
        run: () => {
          value = work();
        },
        succeed: () => resolve(value),
        fail: reject,
      });
      if (this.#idle) this.#flushing = this.#flush();
    });
  }

  /** Resolves when nothing is waiting any more. */
  async drained(): Promise<void> {
    await this.#flushing;
    await this.#syncing;
  }

  async #flush(): Promise<void> {
    this.#idle = false;
    while (this.#jobs.length > 0) {
      await nextTurn();
      const waiting = this.#jobs.length;
      try {
        await retryWhileBusy(() => this.#beginChecked(), this.#policy);
      } catch (error) {
        this.#alone = 0;
        // Those that came during the wait have a wait of their own.
        for (const job of this.#jobs.splice(0, waiting)) job.fail(error);
        continue;
      }
      this.#runGroup();
    }
    this.#idle = true;
  }

  #beginChecked(): void {
    this.#durability.check();
    this.#begin.run();
  }

  #runGroup(): void {
    const group: Job[] = [];
    const changesBefore = this.#changes();
    try {
      this.#runJobs(group);
    } catch (error) {
      this.#rollback();
      if (group.length === 1) group[0]?.fail(error);
      else this.#repeatAlone(group);
      return;
    }
    try {
      this.#commit.run();
    } catch (error) {
      this.#rollback();
      // Whether it took effect may be unknown, so nothing is repeated.
      for (const job of group) job.fail(error);
      return;
    }
    if (this.#changes() === changesBefore) {
      for (const job of group) job.succeed();
    } else {
      this.#committed.push(...group);
      this.#syncing ??= this.#sync();
    }
  }

  /** Commits that come while one sync is under way share the next. */
  async #sync(): Promise<void> {
    while (this.#committed.length > 0) {
      const group = this.#committed;
      this.#committed = [];
      try {
        await this.#durability.sync();
      } catch (error) {
        for (const job of group) job.fail(error);
        continue;
      }
      for (const job of group) job.succeed();
    }
    this.#syncing = null;
  }

  #changes(): unknown {
    return this.#totalChanges.get()?.changes;
  }

  #runJobs(group: Job[]): void {
    const until = performance.now() + LONGEST_GROUP_MS;
    const isAlone = this.#alone > 0;
    if (isAlone) this.#alone -= 1;
    do {
      const job = this.#jobs.shift();
      if (job === undefined) return;
      group.push(job);
      job.run();
    } while (!isAlone && performance.now() < until);
  }

  #repeatAlone(group: readonly Job[]): void {
    this.#jobs.unshift(...group);
    this.#alone = group.length;
  }

  #rollback(): void {
    // Some faults roll back by themselves.
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
  }
}
