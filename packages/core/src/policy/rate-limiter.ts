/** At most so many sends begin a second, evenly spread, with no burst above one second's worth saved up. */
export class RateLimiter {
  readonly #intervalMs: number;
  #nextAt = 0;

  /** @param perSecond null for no limit */
  constructor(perSecond: number | null) {
    this.#intervalMs = perSecond === null ? 0 : 1000 / perSecond;
  }

  /** Takes the next place; answers how long to wait for it. */
  reserve(now: number): number {
    // A clock set back must not leave a queue of places in its old future.
    const nextAt = this.#nextAt > now + this.#maxAheadMs ? now : this.#nextAt;
    const at = Math.max(now, nextAt);
    this.#nextAt = at + this.#intervalMs;
    return at - now;
  }

  get #maxAheadMs(): number {
    return this.#intervalMs * 2;
  }
}
