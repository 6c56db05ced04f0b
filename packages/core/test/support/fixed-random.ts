import { SeededRandom } from '../../src/in-memory/index.ts';

/** Chance that always says the same, so that a jittered delay is what the test says; its tokens differ. */
export class FixedRandom extends SeededRandom {
  readonly #value: number;

  constructor(value: number) {
    super(4_711);
    this.#value = value;
  }

  override next(): number {
    return this.#value;
  }
}
