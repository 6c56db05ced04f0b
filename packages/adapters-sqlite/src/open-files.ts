import { statSync } from 'node:fs';
import { StoreUnavailableError } from '@messaging-system/core';

/**
 * Which database file and which log a connection has open. A system lets anybody delete, move or replace a file that is open: who has it
 * open goes on writing to what nobody will ever find again. Two looks at a path cost some 3 µs.
 */
export class OpenFiles {
  readonly #path: string;
  readonly #opened: ReadonlyMap<string, string | null>;

  /** @param path of a database in WAL mode that has just been opened, and whose log is there */
  constructor(path: string) {
    this.#path = path;
    this.#opened = new Map([path, `${path}-wal`].map((file) => [file, identityOf(file)]));
  }

  /** @throws StoreUnavailableError when other files, or none, stand at the paths now */
  check(): void {
    for (const [file, opened] of this.#opened) {
      const found = identityOf(file);
      if (found !== null && found === opened) continue;
      const what = found === null ? 'deleted or moved away' : 'replaced by another file';
      throw new StoreUnavailableError(
        `${file} was ${what} while this process has the SQLite file ${this.#path} open: nothing is stored until it is restarted. ` +
          'Stop every process that uses the file, put the file (with its -wal) or a backup (without -wal and -shm) in its place, and start again',
      );
    }
  }
}

function identityOf(file: string): string | null {
  // As big integers: some file systems number their files beyond what a number can hold.
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
}
