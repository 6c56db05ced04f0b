import type { Random } from '@messaging-system/core/adapter';
import type { Chance } from '../chance.ts';

/** One process's chance: a stream of the world's, its tokens unique in the world. */
export class ProcessRandom implements Random {
  readonly #chance: Chance;
  readonly #stream: readonly number[];
  readonly #name: string;
  #drawn = 0;

  constructor(chance: Chance, stream: readonly number[], name: string) {
    this.#chance = chance;
    this.#stream = stream;
    this.#name = name;
  }

  next(): number {
    this.#drawn += 1;
    return this.#chance.at(...this.#stream, this.#drawn);
  }

  token(): string {
    this.#drawn += 1;
    return `${this.#name}-${this.#drawn}`;
  }
}
