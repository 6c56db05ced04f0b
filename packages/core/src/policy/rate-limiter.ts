// A timer wakes late by about so much; over a queue that must not add up.
const LATENESS_MS = 10;

/** At most so many sends begin a second, evenly spread; what was not used is not saved up. */
export class RateLimiter {
  readonly #intervalMs: number;
  #nextAt = 0;
  #askedAt = 0;
  #isAwaited = false;

  constructor(perSecond: number) {
    this.#intervalMs = 1000 / perSecond;
  }

  /** Takes a place if one is free: 0. Else takes none, and answers how long to wait before asking again. */
  take(now: number): number {
    // When the clock was set back the place that is to come moves with it.
    if (now < this.#askedAt) this.#nextAt -= this.#askedAt - now;
    this.#askedAt = now;
    if (now < this.#nextAt) {
      this.#isAwaited = true;
      return this.#nextAt - now;
    }
    const takenAt = this.#isAwaited ? Math.max(this.#nextAt, now - LATENESS_MS) : now;
    this.#nextAt = takenAt + this.#intervalMs;
    this.#isAwaited = false;
    return 0;
  }
}
