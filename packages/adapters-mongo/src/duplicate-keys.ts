import { StoreRejectedError, StoreUnavailableError } from '@messaging-system/core';
import { MongoBulkWriteError, MongoServerError } from 'mongodb';

const DUPLICATE_KEY = 11000;

/** Documents of an unordered `insertMany` that were not stored, by position; the others are. */
export interface Refused {
  /** The idempotency key is another document's. */
  readonly taken: ReadonlySet<number>;
  /** A unique index that is not ours refused them. */
  readonly foreign: ReadonlySet<number>;
}

/**
 * What unique indexes refused in an unordered `insertMany`, when that is all that went wrong. Throws the error otherwise; as an unknown outcome
 * where some may be stored.
 */
export function duplicatesIn(error: unknown, keyIndex: string): Refused {
  if (!(error instanceof MongoBulkWriteError)) throw error;
  const refused = [error.writeErrors].flat();
  const isAll = refused.length > 0 && refused.every(({ code }) => code === DUPLICATE_KEY);
  if (isAll && error.result.getWriteConcernError() === undefined) {
    const positions = (isTaken: boolean): ReadonlySet<number> =>
      new Set(refused.flatMap((each) => (isOf(keyIndex, each.errmsg) === isTaken ? [each.index] : [])));
    return { taken: positions(true), foreign: positions(false) };
  }
  if (error.insertedCount === 0 && !isAll) throw error;
  throw new StoreUnavailableError(`insert: MongoDB stored a part at most (${error.name})`);
}

/** Whether a write ended because another document holds the idempotency key. */
export function isKeyTaken(error: unknown, keyIndex: string): boolean {
  return isDuplicate(error) && isOf(keyIndex, error.message);
}

/** Whether a write ended because of a unique index that is not ours. */
export function isForeignDuplicate(error: unknown, keyIndex: string): boolean {
  return isDuplicate(error) && !isOf(keyIndex, error.message);
}

export function foreignDuplicate(): StoreRejectedError {
  return new StoreRejectedError(
    'insert: a unique index that this package has not made refuses a message; drop it, or make it with `unique: false`',
  );
}

/**
 * In a transaction a duplicate key that the look-up before did not see was taken since: repeating the transaction resolves it, and
 * this label tells `withTransaction` so. Servers that find the other writer still under way say it themselves.
 */
export function repeatsTransaction(error: unknown, keyIndex: string): unknown {
  if (isForeignDuplicate(error, keyIndex)) return foreignDuplicate();
  if (isKeyTaken(error, keyIndex) && error instanceof MongoServerError) {
    error.addErrorLabel('TransientTransactionError');
  }
  return error;
}

function isDuplicate(error: unknown): error is MongoServerError {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/**
 * Only the text names the index: of the server's `keyPattern` the driver keeps nothing in the errors of an `insertMany`. What follows `dup key` is the
 * document's.
 */
function isOf(keyIndex: string, text: string | undefined): boolean {
  const [head = ''] = (text ?? '').split(' dup key:', 1);
  const [name = ''] = head.slice(head.lastIndexOf(' index: ') + ' index: '.length).split(' collation: ', 1);
  return name === keyIndex;
}
