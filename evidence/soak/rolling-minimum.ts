/** The least of what the last so many groups had. */
export class RollingMinimum {
  readonly #size: number;
  readonly #leasts: number[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** Adds a group, which may be empty; NaN while there was nothing at all. */
  add(group: readonly number[]): number {
    this.#leasts.push(Math.min(...group));
    if (this.#leasts.length > this.#size) this.#leasts.shift();
    const least = Math.min(...this.#leasts);
    return Number.isFinite(least) ? least : Number.NaN;
  }
}
