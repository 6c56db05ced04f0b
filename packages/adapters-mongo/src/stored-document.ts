import type { ObjectId } from 'mongodb';

/**
 * Whatever another service took for an `_id`. The driver's filters have no type for any value, so this says what ours are; nothing may rely
 * on it, and `encodeId` reads all of them.
 */
export type DocumentId = ObjectId;

/** A document of the collection as it may be found there: any service may have written it, in any shape. */
export interface StoredDocument {
  readonly _id: DocumentId;
  readonly [field: string]: unknown;
}
