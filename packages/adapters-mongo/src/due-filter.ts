import type { Filter } from 'mongodb';
import type { StoredDocument } from './stored-document.ts';

/** Before every instant that the ports can name. */
const EARLIEST = new Date(-8_640_000_000_000_000);

/** The Go service's: no `availableAt`, or null. */
export const WITHOUT_TIME: Filter<StoredDocument> = { status: 'unsent', availableAt: null };

/** An `availableAt` that is no date: nobody could say when it is due, so it is due at once. */
export const WITH_ODD_TIME: Filter<StoredDocument> = {
  status: 'unsent',
  availableAt: { $ne: null, $not: { $gte: EARLIEST } },
};

/** With an `availableAt`, whatever it is. */
export const WITH_TIME: Filter<StoredDocument> = { status: 'unsent', availableAt: { $gte: EARLIEST } };

export function dueUntil(now: Date): Filter<StoredDocument> {
  return { status: 'unsent', availableAt: { $lte: now } };
}

/** The three together: what a claim may take. */
export function anyDue(now: Date): Filter<StoredDocument> {
  return { $or: [WITHOUT_TIME, WITH_ODD_TIME, dueUntil(now)] };
}

/**
 * Under a lease (a token that is text), live or interrupted, whose holder may have begun: only a journal can tell that it has not. Only `unsent`
 * can be held: the Go service leaves our lease on what it marks as sent.
 */
export const MAY_BE_UNDER_WAY: Filter<StoredDocument> = {
  status: 'unsent',
  leaseToken: { $type: 'string' },
  $or: [{ leaseJournals: { $ne: true } }, { begunAt: { $type: 'date' } }],
};

/** What an operator may cancel or erase: the opposite. */
export const FREE: Filter<StoredDocument> = {
  $or: [
    { status: { $ne: 'unsent' } },
    { leaseToken: { $not: { $type: 'string' } } },
    { leaseJournals: { $eq: true }, begunAt: { $not: { $type: 'date' } } },
  ],
};

/** The same for a document that was read. */
export function isFree({ status, leaseToken, leaseJournals, begunAt }: StoredDocument): boolean {
  return (
    status !== 'unsent' ||
    typeof leaseToken !== 'string' ||
    (leaseJournals === true && !(begunAt instanceof Date))
  );
}

export const NOT_LEASED: Filter<StoredDocument> = { leaseToken: { $not: { $type: 'string' } } };

/** Core's `waitsForRetry`. */
export function waitsForRetry(at: number): Filter<StoredDocument> {
  return { status: 'unsent', availableAt: { $gt: new Date(at) }, reason: { $type: 'string' }, ...NOT_LEASED };
}
