import { type FileHandle, open } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import { StoreUnavailableError } from '@messaging-system/core';
import type { Durability } from './durability.ts';
import { OpenFiles } from './open-files.ts';

/**
 * Syncs the write-ahead log on a thread of the runtime's pool. SQLite would do it inside of each commit (`synchronous = FULL`), where the event loop
 * stands still for as long as the disk takes. All commits are in the log, one behind the other, so that one sync does for all that came
 * before it; and what a checkpoint takes out of the log is durable in the database before the log begins anew.
 */
export class LogSync implements Durability {
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #openFiles: Pick<OpenFiles, 'check'>;
  #file: FileHandle | null = null;
  #isInDoubt = false;

  /** @param path of the database, which is in WAL mode and was opened just now */
  constructor(
    database: DatabaseSync,
    path: string,
    openFiles: Pick<OpenFiles, 'check'> = new OpenFiles(path),
  ) {
    this.#database = database;
    this.#path = path;
    this.#openFiles = openFiles;
  }

  check(): void {
    this.#openFiles.check();
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
   * A system that failed to write may have dropped what it was to write, and report the next sync as done: nothing behind it in the log
   * could be trusted. A checkpoint puts everything into the database, durably, and begins the log anew.
   */
  #rewrite(): void {
    const outcome = this.#database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    if (outcome?.busy !== 0) throw new Error('the log is in use by another connection');
    this.#isInDoubt = false;
  }
}
