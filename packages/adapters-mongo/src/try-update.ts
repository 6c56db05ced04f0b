import { StoreRejectedError } from '@messaging-system/core';
import { type Collection, MongoServerError, ObjectId } from 'mongodb';
import { claimUpdate, releaseUpdate } from './lease-updates.ts';
import type { StoredDocument } from './stored-document.ts';

// An id that no message has.
const NOBODY = ObjectId.createFromHexString('0'.repeat(24));

/** The stages and expressions that messages are claimed and given back with. */
const UPDATE = [
  ...claimUpdate({ now: 0, leasedUntil: 0, leaseToken: '', journals: false, limit: 0 }),
  ...releaseUpdate(''),
];

/** What servers answer to such an update that do not know it, or not all of it: since it never changes, it is the server. */
const UNKNOWN: readonly unknown[] = Object.values({
  FailedToParse: 9,
  TypeMismatch: 14,
  InvalidPipelineOperator: 168,
  // Of Amazon DocumentDB: a feature, or a stage, that is not supported.
  FeatureNotSupported: 303,
  StageNotSupported: 304,
  UnrecognizedPipelineStage: 40_324,
});

/**
 * An update that finds nothing, confirmed as every write is.
 * @throws StoreRejectedError when the server can't do what claims are made of
 */
export async function tryUpdate(collection: Collection<StoredDocument>): Promise<void> {
  try {
    await collection.updateMany({ _id: NOBODY, status: 'unsent' }, UPDATE);
  } catch (error) {
    if (!(error instanceof MongoServerError) || !UNKNOWN.includes(error.code)) throw error;
    throw new StoreRejectedError(
      `this server does not know updates by an aggregation pipeline, which messages are claimed with (${error.code}): ` +
        'Amazon DocumentDB 4 and 5 are such. Use MongoDB 6 or later, or a server that is compatible with it',
    );
  }
}
