const QUIET_MS = 10_000;

/** Lets one line in ten seconds through, and counts those that it stands for. */
export class Seldom {
  #at = Number.NEGATIVE_INFINITY;
  #notShown = 0;

  /** How many were not written since the last that was. Null: this one is not to be written either. */
  notShownBefore(now: number): number | null {
    // A clock that was set back must not silence it for long.
    if (Math.abs(now - this.#at) < QUIET_MS) {
      this.#notShown += 1;
      return null;
    }
    const notShown = this.#notShown;
    this.#at = now;
    this.#notShown = 0;
    return notShown;
  }
}
