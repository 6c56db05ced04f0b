import { type BigIntStats, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import { StoreUnavailableError } from '@messaging-system/core';

/** The settings that make commits durable. */
export interface Durability {
  /**
   * Whether what is committed from now on would be in the file that others find.
   * @throws StoreUnavailableError when it would not
   */
  check(): void;
  /**
   * Resolves when all that was committed before the call survives a loss of power.
   * @throws StoreUnavailableError when that is not known
   */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** For a database in memory, which survives nothing. */
export const NO_DURABILITY: Durability = {
  check: () => undefined,
  sync: async () => undefined,
  close: async () => undefined,
};

/**
 * Syncs the write-ahead log on a thread of the runtime's pool. SQLite would do it inside of each commit
 * (`synchronous = FULL`), where the event loop stands still for as long as the disk takes. All commits are
 * in the log, one behind the other, so that one sync does for all that came before it; and what a
 * checkpoint takes out of the log is durable in the database before the log begins anew.
 */
export class LogSync implements Durability {
  readonly check: () => void;
  readonly #database: DatabaseSync;
  readonly #path: string;
  #file: FileHandle | null = null;
  #isInDoubt = false;

  /** @param path of the database, which is in WAL mode and was opened just now */
  constructor(database: DatabaseSync, path: string, check: () => void = identityCheck(path)) {
    this.#database = database;
    this.#path = path;
    this.check = check;
  }

  async sync(): Promise<void> {
    // After the commit, so that nothing is confirmed that is in a file which is gone.
    this.check();
    try {
      if (this.#isInDoubt) this.#rewrite();
      this.#file ??= await open(`${this.#path}-wal`, 'r+');
      await this.#file.datasync();
    } catch (error) {
      this.#isInDoubt = true;
      const cause = error instanceof Error ? error.message : error;
      throw new StoreUnavailableError(
        `the SQLite file ${this.#path} could not be made durable: check the disk and its file system, then repeat (${cause})`,
        { cause: error },
      );
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  /**
   * A system that failed to write may have dropped what it was to write, and report the next sync as done:
   * nothing behind it in the log could be trusted. A checkpoint puts everything into the database, durably,
   * and begins the log anew.
   */
  #rewrite(): void {
    const outcome = this.#database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    if (outcome?.busy !== 0) throw new Error('the log is in use by another connection');
    this.#isInDoubt = false;
  }
}

/**
 * Remembers which database file and which log are open now. The check throws when other files, or none,
 * stand at the paths: a system lets anybody delete, move or replace a file that is open, and who has it
 * open goes on writing to what nobody will ever find again. Two looks at a path cost some 3 µs.
 */
function identityCheck(path: string): () => void {
  const opened = [path, `${path}-wal`].map((file) => ({ file, identity: identityOf(file) }));
  return () => {
    for (const { file, identity } of opened) {
      const found = identityOf(file);
      if (found?.ino === identity?.ino && found?.dev === identity?.dev && found !== undefined) continue;
      const what = found === undefined ? 'deleted or moved away' : 'replaced by another file';
      throw new StoreUnavailableError(
        `${file} was ${what} while this process has the SQLite file ${path} open: nothing is stored until it is restarted. ` +
          'Stop every process that uses the file, put the file (with its -wal) or a backup (without -wal and -shm) in its place, and start again',
      );
    }
  };
}

/** With big integers: some file systems number their files beyond what a number can hold. */
function identityOf(file: string): BigIntStats | undefined {
  return statSync(file, { bigint: true, throwIfNoEntry: false });
}
