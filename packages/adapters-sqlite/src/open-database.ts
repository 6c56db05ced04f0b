import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { StoreRejectedError, StoreUnavailableError, UnsupportedRuntimeError } from '@messaging-system/core';
import { type BusyPolicy, damagedFault, retryWhileBusy, storeFault } from './errors.ts';
import { fileVersion, MIGRATIONS, migrate } from './schema.ts';

export const IN_MEMORY: string = ':memory:';

// How long SQLite itself waits for a lock, which stops the event loop. A writer holds it for a few
// milliseconds; longer waits are `retryWhileBusy`'s.
const BUSY_TIMEOUT_MS = 2;

// NORMAL: a commit is durable when `LogSync` has synced the log, which nobody's promise comes before. Deleted
// data is overwritten, so that erased messages are gone from the file. The cache is small since a
// commit after a split of pages goes through all of it, and nearly every one is: 32 MB of it cost a fifth
// of all that SQLite does for a delivery; what it leaves out is in the system's own.
const SETTINGS = `
PRAGMA synchronous = NORMAL;
PRAGMA secure_delete = ON;
PRAGMA cache_size = -4096;
PRAGMA journal_size_limit = 33554432;
PRAGMA trusted_schema = OFF;
`;

// Read whole, a file of this size takes about a second; a larger one would keep a server from starting for
// minutes.
const LARGEST_CHECKED_BYTES = 536_870_912;

/**
 * Opens the file, makes it (and its directory) when missing and brings it to the newest version. Only the
 * user of this process can read new files; SQLite gives the log the rights of the file.
 */
export async function openDatabase(
  path: string,
  policy: BusyPolicy,
  migrations: readonly string[] = MIGRATIONS,
): Promise<DatabaseSync> {
  if (!('setReturnArrays' in StatementSync.prototype)) {
    throw new UnsupportedRuntimeError(['StatementSync.setReturnArrays of node:sqlite']);
  }
  if (path.startsWith('file:')) {
    // SQLite would read it as a URI, while rights, locks and backups go by the path.
    throw new StoreRejectedError(`${path} is a SQLite URI: give the path of the file`);
  }
  if (path !== IN_MEMORY) makeDirectory(path);
  let database: DatabaseSync | undefined;
  try {
    if (path !== IN_MEMORY) makeFile(path);
    const opened = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    database = opened;
    await retryWhileBusy(() => prepare(opened, path, migrations), policy);
    return opened;
  } catch (error) {
    database?.close();
    throw storeFault(error, path);
  }
}

/** Each step may be repeated: another process may be doing the same. */
function prepare(database: DatabaseSync, path: string, migrations: readonly string[]): void {
  fileVersion(database, path, migrations.length);
  if (path !== IN_MEMORY) enterWal(database, path);
  database.exec(SETTINGS);
  checkIntegrity(database, path);
  migrate(database, path, migrations);
}

/** Looks through the whole file, up to half a GiB. @throws StoreRejectedError for one that is damaged */
export function checkIntegrity(
  database: DatabaseSync,
  path: string,
  most: number = LARGEST_CHECKED_BYTES,
): void {
  const size = database
    .prepare('SELECT page_count * page_size AS size FROM pragma_page_count, pragma_page_size')
    .get();
  if (Number(size?.size) > most) return;
  const found = database.prepare('PRAGMA quick_check(1)').get()?.quick_check;
  if (found !== 'ok') throw damagedFault(path, String(found));
}

function enterWal(database: DatabaseSync, path: string): void {
  const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode;
  if (mode !== 'wal') {
    throw new StoreRejectedError(
      `the SQLite file ${path} cannot have a write-ahead log (its journal mode stays ${mode}): put it on a local disk`,
    );
  }
}

function makeDirectory(path: string): void {
  const directory = dirname(path);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StoreUnavailableError(
      `the directory ${directory} of the SQLite file could not be made: ${error instanceof Error ? error.message : error}`,
      { cause: error },
    );
  }
}

/**
 * Makes an empty file that others cannot read, where there is none. Never opens one that is there: closing
 * it again would drop the locks that SQLite has on it in this process (POSIX advisory locks).
 */
function makeFile(path: string): void {
  try {
    makeNewFile(path);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    if (NOT_WRITABLE.has(error.code)) throw unwritableFolder(path, error);
    // SQLite meets every other problem too, and reports it better.
  }
}

const NOT_WRITABLE: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS']);

/** SQLite says only that it could not open the file. */
export function unwritableFolder(path: string, cause: Error): StoreUnavailableError {
  return new StoreUnavailableError(
    `the SQLite file ${path} cannot be made: ${dirname(path)} is not writable. Make it writable, or give another path`,
    { cause },
  );
}

/**
 * Makes an empty file that only this user can read. Throws when anything, even a link, has this name already.
 */
export function makeNewFile(path: string): void {
  closeSync(openSync(path, 'wx', 0o600));
}
