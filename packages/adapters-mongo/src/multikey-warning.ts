import { type Document, MongoError } from 'mongodb';
import type { MessageStore } from './collection.ts';

/**
 * The warning about the index for claims when a document has had a list in `availableAt`; null when none has.
 * Such an index can't serve the order any more, permanently: also when the document is gone, every claim sorts
 * all that is due.
 * @see https://www.mongodb.com/docs/manual/core/indexes/index-types/index-multikey/
 */
export async function multikeyWarning({ collection, indexes }: MessageStore): Promise<string | null> {
  const query = collection.find({ status: 'unsent' }, { hint: indexes.due, limit: 1 });
  try {
    if (!isMultikey(await query.explain('queryPlanner'))) return null;
  } catch (error) {
    // `open` goes on without the warning when the server cannot explain a query, or does not answer.
    if (error instanceof MongoError) return null;
    throw error;
  }
  return (
    `a list was stored in availableAt, so the index ${indexes.due} no longer serves the order and every claim sorts: ` +
    `correct the documents that db.${collection.collectionName}.find({ availableAt: { $type: 'array' } }) finds, ` +
    'then drop the index while no dispatcher runs; the next start makes it again'
  );
}

function isMultikey(plan: unknown): boolean {
  if (typeof plan !== 'object' || plan === null) return false;
  // The parts of a plan differ between servers and versions; this field of an index scan does not.
  return (plan as Document).isMultiKey === true || Object.values(plan).some(isMultikey);
}
