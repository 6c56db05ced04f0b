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

/** A lease is a token that is text; live or interrupted, it is somebody's until it is settled or claimed again. */
export const LEASED: Filter<StoredDocument> = { leaseToken: { $type: 'string' } };

export const NOT_LEASED: Filter<StoredDocument> = { leaseToken: { $not: { $type: 'string' } } };
