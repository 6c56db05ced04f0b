/** At most so many sends begin a second, evenly spread; what was not used is not saved up. */
export class RateLimiter {
  readonly #intervalMs: number;
  #nextAt = 0;
  #askedAt = 0;

  /** @param perSecond null for no limit */
  constructor(perSecond: number | null) {
    this.#intervalMs = perSecond === null ? 0 : 1000 / perSecond;
  }

  /** Takes the next place; answers how long to wait for it. */
  reserve(now: number): number {
    // When the clock was set back the places that are taken move with it.
    if (now < this.#askedAt) this.#nextAt -= this.#askedAt - now;
    this.#askedAt = now;
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + this.#intervalMs;
    return at - now;
  }
}
