/**
 * One of so many claims, and of so many looks for the next due time, begins at the very beginning whatever it expects
 * there.
 */
export const THOROUGH_TURN = 16;

/** How far before the last start a search begins: clocks differ, and what was stored first may show last. */
const MARGIN_MS = 5_000;

/** A search from the beginning that took longer than this is rare from then on: it gets one part in so many of the time. */
const DEAR_MS = 20;
const DEAR_SHARE = 20;

/** The result of one claim. */
export interface ClaimFinding {
  readonly now: number;
  /** Where the first message that it found was due; null where it found none. */
  readonly first: number | null;
  /** Whether there was as much as the claim asked for. */
  readonly isFilled: boolean;
  /** How long the search from the very beginning took; absent where there was none. */
  readonly thoroughMs?: number;
}

/**
 * Where in the due order this process searches for due messages. In many stores a search from the very beginning passes
 * over what was claimed before: entries that a database keeps for a while, or for as long as somebody has an old
 * snapshot. So a claim begins a little before the place where the last one found its first message. Others may store or
 * release something before that place: it is found by the next claim that comes up short, and by one in
 * `THOROUGH_TURN` in any case. Where these searches themselves turn out to be dear, they are made less often.
 */
export class ClaimStart {
  /** Nothing of ours was due before it at the last look. */
  #place = Number.NEGATIVE_INFINITY;
  #isFilled = false;
  #looks = 0;
  #dearUntil = Number.NEGATIVE_INFINITY;
  readonly #elapsed: () => number;

  /** @param elapsed ms since any moment, from a clock that nobody sets; without one no search counts as dear */
  constructor(elapsed: () => number = () => 0) {
    this.#elapsed = elapsed;
  }

  /**
   * Null is the very beginning. After a claim that came up short the next would come up short too, so it begins there
   * at once.
   */
  ofClaim(turn: number): number | null {
    const isThorough = turn % THOROUGH_TURN === 0 || !this.#isFilled;
    return isThorough && this.mayBeThorough() ? null : this.#start();
  }

  ofNextDue(): number | null {
    this.#looks += 1;
    return this.#looks % THOROUGH_TURN === 0 && this.mayBeThorough() ? null : this.#start();
  }

  /** Whether a search that came up short may be made again from the very beginning. */
  mayBeThorough(): boolean {
    return this.#elapsed() >= this.#dearUntil;
  }

  learn({ now, first, isFilled, thoroughMs = 0 }: ClaimFinding): void {
    this.#place = first ?? now;
    this.#isFilled = isFilled;
    if (thoroughMs > DEAR_MS) this.#dearUntil = this.#elapsed() + DEAR_SHARE * thoroughMs;
  }

  /** This process has stored or given back something that is due then. */
  arrived(dueAt: number): void {
    this.#place = Math.min(this.#place, dueAt);
  }

  /** This process has given back leases, which go to where they were. */
  forget(): void {
    this.arrived(Number.NEGATIVE_INFINITY);
  }

  #start(): number | null {
    return Number.isFinite(this.#place) ? this.#place - MARGIN_MS : null;
  }
}
