import { ClaimStart as OwnStart, type Random } from '@messaging-system/core/adapter';
import { type Document, type Filter, ObjectId } from 'mongodb';
import type { StoredDocument } from './document.ts';

/** How far behind the head of a stream a claim may take messages while others collide there. */
export const CLAIM_WINDOW = 128;

/** The order in which messages are due, and that of the index `due`. */
export const DUE_ORDER = { availableAt: 1, _id: 1 } as const;

/** Before every instant that the ports can name. */
const EARLIEST = new Date(-8_640_000_000_000_000);

/** The Go service's: no `availableAt`, or null. */
export const WITHOUT_TIME: Filter<StoredDocument> = { status: 'unsent', availableAt: null };

/** An `availableAt` that is not a date: nobody could say when it is due, so it is due at once. */
export const WITH_ODD_TIME: Filter<StoredDocument> = {
  status: 'unsent',
  availableAt: { $ne: null, $not: { $gte: EARLIEST } },
};

export const NOT_LEASED: Filter<StoredDocument> = { leaseToken: { $not: { $type: 'string' } } };

/** The documents that a claim may take: without a time, with an odd one, or with one that has come. */
export function anyDue(now: Date): Filter<StoredDocument> {
  return { $or: [WITHOUT_TIME, WITH_ODD_TIME, { status: 'unsent', availableAt: { $lte: now } }] };
}

/** Our own that are due, from the start of a search on. */
export function ownDue(now: Date, { own }: Start): Filter<StoredDocument> {
  return { status: 'unsent', availableAt: { ...(own !== null && { $gte: own }), $lte: now } };
}

/** The Go service's, from the start of a search on. */
export function foreignDue({ foreign }: Start): Filter<StoredDocument> {
  return foreign === null ? WITHOUT_TIME : { ...WITHOUT_TIME, _id: { $gte: foreign } };
}

/** Our own, due or not, from the start of a search on. */
export function ownFrom(start: Date | null): Filter<StoredDocument> {
  return { status: 'unsent', availableAt: { $gte: start ?? EARLIEST } };
}

/** The part that one search for due messages may leave out, in each of the two streams; null is the very beginning. */
export interface Start {
  readonly own: Date | null;
  readonly foreign: ObjectId | null;
}

export const BEGINNING: Start = { own: null, foreign: null };

/** The documents that a search found, in due order. */
interface Found {
  readonly now: number;
  readonly own: readonly StoredDocument[];
  readonly missing: readonly StoredDocument[];
  /** Whether there was as much as the claim asked for. */
  readonly isFilled: boolean;
}

/** How far before the last place a search in the Go service's queue begins. */
const MARGIN_MS = 5_000;

/**
 * Core's rule for where a claim begins to search, for both streams: on a replica set the server keeps the index
 * entries of what was claimed for five minutes, and a search from the very beginning passes over every one of them.
 * @see https://www.mongodb.com/docs/manual/reference/parameters/#mongodb-parameter-param.minSnapshotHistoryWindowInSeconds
 */
export class ClaimStart {
  readonly #own = new OwnStart();
  #foreign: ObjectId | null = null;

  ofClaim(turn: number): Start {
    const own = this.#own.ofClaim(turn);
    return own === null ? BEGINNING : { own: new Date(own), foreign: this.#foreign };
  }

  ofNextDue(): Date | null {
    const own = this.#own.ofNextDue();
    return own === null ? null : new Date(own);
  }

  learn({ now, own: [own], missing: [missing], isFilled }: Found): void {
    const first = own?.availableAt;
    this.#own.learn({ now, first: first instanceof Date ? first.getTime() : null, isFilled });
    this.#foreign = missing === undefined ? null : aLittleBefore(missing._id);
  }

  /** This process has stored or given back something that is due then. */
  arrived(dueAt: number): void {
    this.#own.arrived(dueAt);
  }

  /** This process has given back leases, which go to where they were. */
  forget(): void {
    this.#own.forget();
    this.#foreign = null;
  }
}

/**
 * The Go service's queue has no times: its ids tell the second in which they were made. Null for ids of other
 * types, which follow no time.
 */
function aLittleBefore(id: Document): ObjectId | null {
  if (!(id instanceof ObjectId)) return null;
  const seconds = Math.floor((id.getTimestamp().getTime() - MARGIN_MS) / 1_000);
  return seconds < 0 ? null : ObjectId.createFromTime(seconds);
}

const MOST_LEVELS = 4;
/** Claims in a row without a collision after which one level is enough again. */
const CALM = 16;

/**
 * Where in the due order a claimant takes its batch. Alone, at the head: strict order. Claimants that collide
 * look at a few batches and take one of them by chance, more of them the more they collide, so that each has
 * one to itself.
 */
export class ClaimSpread {
  readonly #random: Random;
  #level = 0;
  #calm = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** How many due messages to look at for a batch of `limit`. */
  reach(limit: number): number {
    return limit + Math.min(limit * (2 ** this.#level - 1), CLAIM_WINDOW);
  }

  /** A batch of up to `take` out of what was found, in its order. */
  pick<Item>(found: readonly Item[], take: number): readonly Item[] {
    if (this.#level === 0 || take === 0) return found.slice(0, take);
    const furthest = Math.min(Math.max(found.length - take, 0), CLAIM_WINDOW);
    const places = Math.floor(furthest / take) + 1;
    const start = Math.floor(this.#random.next() * places) * take;
    return found.slice(start, start + take);
  }

  learn(collided: boolean): void {
    this.#calm = collided ? 0 : this.#calm + 1;
    if (collided) this.#level = Math.min(this.#level + 1, MOST_LEVELS);
    else if (this.#calm % CALM === 0) this.#level = Math.max(this.#level - 1, 0);
  }
}
