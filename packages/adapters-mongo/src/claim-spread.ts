import type { Random } from '@messaging-system/core';

/** How far behind the head of a stream a claim may take messages while others collide there. */
export const CLAIM_WINDOW = 128;

const MOST_LEVELS = 4;
/** Claims in a row without a collision after which one level is enough again. */
const CALM = 16;

/**
 * Where in the due order a claimant takes its batch. Alone, at the head: strict order. Claimants that collide look at a few batches
 * and take one of them by chance, more of them the more they collide, so that each has one to itself.
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
