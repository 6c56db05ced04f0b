import { between, type Chance } from './chance.ts';

/** Items and how likely each is, in proportion. */
export type Weights<Item> = readonly [readonly [Item, number], ...(readonly [Item, number])[]];

/** Draws one after the other from one stream of a `Chance`: for making plans. */
export class Dice {
  readonly #chance: Chance;
  readonly #stream: number;
  #drawn = 0;

  constructor(chance: Chance, stream: number) {
    this.#chance = chance;
    this.#stream = stream;
  }

  /** In [0, 1). */
  next(): number {
    this.#drawn += 1;
    return this.#chance.at(this.#stream, this.#drawn);
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return between(this.next(), low, high);
  }

  /** True with the given probability. */
  odds(probability: number): boolean {
    return this.next() < probability;
  }

  pick<const Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.int(0, items.length - 1)] ?? items[0];
  }

  /** One of the items, each as likely as its weight says. */
  weighted<const Item>(items: Weights<Item>): Item {
    let left = this.next() * items.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [item, weight] of items) {
      left -= weight;
      if (left < 0) return item;
    }
    return items[0][0];
  }
}
