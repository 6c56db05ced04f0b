import type { DatabaseSync } from 'node:sqlite';
import { damagedFault } from './error-mapping.ts';

// Read whole, a file of this size takes about a second; a larger one would keep a server from starting for minutes.
const LARGEST_CHECKED_BYTES = 536_870_912;

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
