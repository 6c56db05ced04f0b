import { type Document, type Filter, ObjectId } from 'mongodb';
import { dueUntil, WITH_TIME, WITHOUT_TIME } from './due-filter.ts';
import type { StoredDocument } from './stored-document.ts';

/** One of so many claims, and of so many looks for the next due time, begins at the very beginning whatever it expects there. */
export const THOROUGH_TURN = 16;

/** How far before the last start a search begins: clocks differ, and what was stored first may show last. */
const MARGIN_MS = 5_000;

/** What one search for due messages may leave out, in each of the two streams; null is the very beginning. */
export interface Start {
  readonly own: Date | null;
  readonly foreign: ObjectId | null;
}

export const BEGINNING: Start = { own: null, foreign: null };

/** What a search found, in due order. */
interface Found {
  readonly now: number;
  readonly own: readonly StoredDocument[];
  readonly missing: readonly StoredDocument[];
  /** Whether there was as much as the claim asked for. */
  readonly isFilled: boolean;
}

/**
 * Where in the due order this process searches. On a replica set the server keeps the index entries of what was claimed for five minutes, and a search
 * from the very beginning passes over every one of them. So a claim begins a little before the place where the last one found its first message.
 * Others may store or release something before that place: it is found by the next claim that comes up short, and by one in `THOROUGH_TURN` anyhow.
 * @see https://www.mongodb.com/docs/manual/reference/parameters/#mongodb-parameter-param.minSnapshotHistoryWindowInSeconds
 */
export class ClaimStart {
  /** Nothing of ours was due before it at the last look. */
  #own = Number.NEGATIVE_INFINITY;
  #foreign: ObjectId | null = null;
  #isFilled = false;
  #looks = 0;

  /** After a claim that came up short the next would come up short too, so it begins at the beginning at once. */
  ofClaim(turn: number): Start {
    const isThorough = turn % THOROUGH_TURN === 0 || !this.#isFilled;
    return isThorough ? BEGINNING : { own: this.#ownStart(), foreign: this.#foreign };
  }

  ofNextDue(): Date | null {
    this.#looks += 1;
    return this.#looks % THOROUGH_TURN === 0 ? null : this.#ownStart();
  }

  learn({ now, own: [own], missing: [missing], isFilled }: Found): void {
    const first = own === undefined ? now : own.availableAt;
    this.#own = first instanceof Date ? first.getTime() : Number(first);
    this.#foreign = missing === undefined ? null : aLittleBefore(missing._id);
    this.#isFilled = isFilled;
  }

  /** This process has stored or given back something that is due then. */
  arrived(dueAt: number): void {
    this.#own = Math.min(this.#own, dueAt);
  }

  /** This process has given back leases, which go to where they were. */
  forget(): void {
    this.arrived(Number.NEGATIVE_INFINITY);
    this.#foreign = null;
  }

  #ownStart(): Date | null {
    return Number.isFinite(this.#own) ? new Date(this.#own - MARGIN_MS) : null;
  }
}

export function ownDue(now: Date, { own }: Start): Filter<StoredDocument> {
  return own === null ? dueUntil(now) : { status: 'unsent', availableAt: { $gte: own, $lte: now } };
}

export function foreignDue({ foreign }: Start): Filter<StoredDocument> {
  return foreign === null ? WITHOUT_TIME : { ...WITHOUT_TIME, _id: { $gte: foreign } };
}

export function ownFrom(start: Date | null): Filter<StoredDocument> {
  return start === null ? WITH_TIME : { status: 'unsent', availableAt: { $gte: start } };
}

/** The Go service's queue has no times: its ids tell the second in which they were made. Null for ids of other types, which follow no time. */
function aLittleBefore(id: Document): ObjectId | null {
  if (!(id instanceof ObjectId)) return null;
  const seconds = Math.floor((id.getTimestamp().getTime() - MARGIN_MS) / 1_000);
  return seconds < 0 ? null : ObjectId.createFromTime(seconds);
}
