import { StoreUnavailableError } from '@messaging-system/core';
import { MongoBulkWriteError, MongoServerError } from 'mongodb';

const DUPLICATE_KEY = 11000;

/**
 * The positions in an unordered `insertMany` that a unique index refused, when that is all that went wrong: the others are stored.
 * Throws the error otherwise; as an unknown outcome where some may be stored.
 */
export function duplicatesIn(error: unknown): ReadonlySet<number> {
  if (!(error instanceof MongoBulkWriteError)) throw error;
  const refused = [error.writeErrors].flat();
  const isAll = refused.length > 0 && refused.every(({ code }) => code === DUPLICATE_KEY);
  if (isAll && error.result.getWriteConcernError() === undefined) {
    return new Set(refused.map(({ index }) => index));
  }
  if (error.insertedCount === 0 && !isAll) throw error;
  throw new StoreUnavailableError(`insert: MongoDB stored a part at most (${error.name})`);
}

/**
 * In a transaction a duplicate key that the look-up before did not see was taken since: repeating the transaction resolves it, and
 * this label tells `withTransaction` so. Servers that find the other writer still under way say it themselves.
 */
export function repeatsTransaction(error: unknown): unknown {
  if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) {
    error.addErrorLabel('TransientTransactionError');
  }
  return error;
}
