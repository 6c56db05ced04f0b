import { StoreRejectedError, StoreUnavailableError } from '@messaging-system/core';
import { MongoBulkWriteError } from 'mongodb';
import { CODES, hasCode } from './errors.ts';

/** Documents of an unordered `insertMany` that were not stored, by position; the others are. */
interface Refused {
  /** The idempotency key is another document's. */
  readonly taken: ReadonlySet<number>;
  /** Another unique index refused them. */
  readonly other: ReadonlySet<number>;
}

/**
 * The documents that unique indexes refused in an unordered `insertMany`, when nothing else went wrong. Throws the
 * error otherwise; as an unknown outcome where some may be stored.
 */
export function duplicatesIn(error: unknown, keyIndex: string): Refused {
  if (!(error instanceof MongoBulkWriteError)) throw error;
  const refused = [error.writeErrors].flat();
  const isAll = refused.length > 0 && refused.every(({ code }) => code === CODES.DuplicateKey);
  if (isAll && error.result.getWriteConcernError() === undefined) {
    const positions = (isTaken: boolean): ReadonlySet<number> =>
      new Set(refused.flatMap(({ errmsg, index }) => (isOf(keyIndex, errmsg) === isTaken ? [index] : [])));
    return { taken: positions(true), other: positions(false) };
  }
  if (error.insertedCount === 0 && !isAll) throw error;
  throw new StoreUnavailableError(`insert: MongoDB stored a part at most (${error.name})`);
}

/**
 * Which unique index refused a write: the one of the idempotency keys, or another. Null when no unique index
 * refused it.
 */
export function uniqueIndexOf(error: unknown, keyIndex: string): 'key' | 'other' | null {
  if (!hasCode(error, 'DuplicateKey')) return null;
  return isOf(keyIndex, error.message) ? 'key' : 'other';
}

export function otherDuplicate(): StoreRejectedError {
  return new StoreRejectedError(
    'insert: a unique index that this package has not made refuses a message; drop it, or make it with `unique: false`',
  );
}

/**
 * Only the text names the index: of the server's `keyPattern` the driver keeps nothing in the errors of an
 * `insertMany`. The text after `dup key` is the document's.
 */
function isOf(keyIndex: string, text: string | undefined): boolean {
  const [head = ''] = (text ?? '').split(' dup key:', 1);
  const [name = ''] = head.slice(head.lastIndexOf(' index: ') + ' index: '.length).split(' collation: ', 1);
  return name === keyIndex;
}
