import type { Connection } from './connection.ts';

const POLL_MS = 200;

// Another value after each commit of another connection.
const SELECT_DATA_VERSION = 'PRAGMA data_version';

// How often a message has become `unsent`, by whatever program. Only grows.
const SELECT_ARRIVALS = `SELECT arrivals FROM status_counts WHERE status = 'unsent'`;

/**
 * Tells watchers that messages may have become due: at once for this instance's own writes, and within a
 * fifth of a second for those of other connections and processes. The poll reads one number from shared
 * memory, and runs only while somebody watches; it keeps no process alive.
 */
export class DueWatch {
  readonly #connection: Connection;
  readonly #watchers = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  #dataVersion: number | null = null;
  #arrivals = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  add(onDue: () => void): () => void {
    // A function of its own, so that the same callback may watch twice; and silent once it has ended.
    const watcher = (): void => {
      if (this.#watchers.has(watcher)) onDue();
    };
    if (this.#watchers.size === 0) this.#start();
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) this.stop();
    };
  }

  /** This instance has committed so many arrivals. */
  arrived(count: number): void {
    if (count === 0) return;
    this.#arrivals += count;
    this.#wake();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #start(): void {
    if (this.#connection.location === null) return;
    this.#look();
    this.#timer = setInterval(() => {
      if (this.#look()) this.#wake();
    }, POLL_MS);
    this.#timer.unref();
  }

  /** Whether messages of others have arrived since the last look. */
  #look(): boolean {
    return (
      this.#connection.tryRead((statements) => {
        const version = Number(statements.row(SELECT_DATA_VERSION)?.[0]);
        if (version === this.#dataVersion) return false;
        const arrivals = Number(statements.row(SELECT_ARRIVALS)?.[0] ?? 0);
        const grown = arrivals > this.#arrivals;
        this.#dataVersion = version;
        this.#arrivals = arrivals;
        return grown;
      }) ?? false
    );
  }

  #wake(): void {
    // Not from inside the write: a watcher's error is not a fault of the store.
    for (const watcher of this.#watchers) queueMicrotask(watcher);
  }
}
