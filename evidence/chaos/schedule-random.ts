import { SeededRandom } from '@messaging-system/core/in-memory';

/** Repeatable choices for a schedule. */
export class ScheduleRandom {
  readonly #random: SeededRandom;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  /** In [from, to). */
  between(from: number, to: number): number {
    return from + this.#random.next() * (to - from);
  }

  below(limit: number): number {
    return Math.floor(this.between(0, limit));
  }
}
