import { type Collection, type IndexDescriptionInfo, MongoServerError } from 'mongodb';
import { REPLACED_INDEXES } from './indexes.ts';
import type { StoredDocument } from './stored-document.ts';

// Another process was quicker; or the user has no right to drop indexes, and whoever has made them drops them too.
const NOTHING_TO_DO: readonly unknown[] = [27, 13];

/** Drops what an earlier version made, by name and keys: an index of the same keys under another name is somebody else's. */
export async function dropReplacedIndexes(
  collection: Collection<StoredDocument>,
  existing: readonly IndexDescriptionInfo[],
): Promise<void> {
  for (const { name, key } of REPLACED_INDEXES) {
    const isThere = existing.some(
      (index) => index.name === name && JSON.stringify(index.key) === JSON.stringify(key),
    );
    if (isThere) await drop(collection, name);
  }
}

async function drop(collection: Collection<StoredDocument>, name: string): Promise<void> {
  try {
    await collection.dropIndex(name);
  } catch (error) {
    if (error instanceof MongoServerError && NOTHING_TO_DO.includes(error.code)) return;
    throw error;
  }
}
