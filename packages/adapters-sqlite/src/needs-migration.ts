import { DatabaseSync } from 'node:sqlite';
import { storeFault } from './errors.ts';
import { fileVersion, MIGRATIONS } from './schema.ts';

/**
 * Whether opening the file would bring it to the version of this release, after which an earlier release refuses it. Changes nothing.
 * @throws StoreRejectedError for the file of a newer release or another program, StoreUnavailableError for what cannot be read
 */
export function needsMigration(path: string): boolean {
  try {
    using database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
    const version = fileVersion(database, path, MIGRATIONS.length);
    return version > 0 && version < MIGRATIONS.length;
  } catch (error) {
    throw storeFault(error, path);
  }
}
