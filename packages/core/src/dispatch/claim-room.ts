import type { CheckedOptions } from './dispatcher-options.ts';

/** A message is claimed no earlier than about so long before its send can begin. */
const SOON_MS = 250;

/** How much of an average the newest value is. */
const NEWEST_SHARE = 1 / 8;

/** The messages that have been claimed and not yet settled, by where they are. */
export interface OnTheWay {
  readonly inPlaces: number;
  readonly waiting: number;
  /** Settled without a place. */
  readonly settling: number;
}

type Options = Pick<CheckedOptions, 'batchSize' | 'concurrency' | 'ratePerSecond' | 'sendTimeoutMs'>;

/**
 * How many messages may be claimed: no more than can begin soon, by the places and by the rate limit. A claimed message that has not begun cannot be
 * taken by another dispatcher. Without a journal it cannot be cancelled, and after a crash it looks like one that has begun.
 */
export class ClaimRoom {
  readonly #options: Options;
  /** How long a message keeps its place, on average; as long as a send may take until one has left its place. */
  #heldMs: number;
  #isMeasured = false;

  constructor(options: Options) {
    this.#options = options;
    this.#heldMs = options.sendTimeoutMs;
  }

  /** A message has left its place after so long. */
  left(heldMs: number): void {
    const share = this.#isMeasured ? NEWEST_SHARE : 1;
    this.#heldMs += (Math.max(0, heldMs) - this.#heldMs) * share;
    this.#isMeasured = true;
  }

  /** How many to claim now: from 1 to `batchSize`, or 0 as long as a claim would be hardly worth its call. */
  limit({ inPlaces, waiting, settling }: OnTheWay): number {
    const { batchSize, concurrency, ratePerSecond } = this.#options;
    const byRate = ratePerSecond === null ? Infinity : atLeastOne((ratePerSecond * SOON_MS) / 1_000);
    const byPlaces = atLeastOne((concurrency * SOON_MS) / this.#heldMs);
    const line = Math.min(byPlaces, byRate, 2 * batchSize - 1);
    const room = Math.min(concurrency - inPlaces + line, byRate) - waiting;
    if (settling >= batchSize) return 0;
    return room >= Math.min(batchSize, Math.ceil(line / 2)) ? Math.min(batchSize, room) : 0;
  }
}

function atLeastOne(count: number): number {
  return Math.max(1, Math.floor(count));
}
