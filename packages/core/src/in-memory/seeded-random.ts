import type { Random } from '../ports/random.ts';

/** Repeatable chance for tests and simulations (mulberry32). Its tokens are unique per seed only: not for production. */
export class SeededRandom implements Random {
  #state: number;
  #tokens = 0;
  readonly #seed: number;

  constructor(seed = 1) {
    this.#seed = seed >>> 0;
    this.#state = this.#seed;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  token(): string {
    this.#tokens += 1;
    return `token-${this.#seed}-${this.#tokens}`;
  }
}
