import { between, type Chance } from './chance.ts';

/** Items and how likely each is, in proportion; they are drawn from in the order in which they stand here. */
export type Weights<Item extends string> = Readonly<Partial<Record<Item, number>>>;

/** Items of which each is as likely as it stands here often. */
export type Items<Item> = readonly [Item, ...Item[]];

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

  pick<const Item>(items: Items<Item>): Item {
    return items[this.int(0, items.length - 1)] ?? items[0];
  }

  /** One of the items, each as likely as its weight says. */
  weighted<Item extends string>(weights: Weights<Item>): Item {
    // The keys of a record of weights are the items.
    const items = Object.entries(weights) as [Item, number][];
    let left = this.next() * items.reduce((sum, [, weight]) => sum + weight, 0);
    const drawn = items.find(([, weight]) => {
      left -= weight;
      return left < 0;
    });
    if (drawn === undefined) throw new RangeError('there is nothing to draw');
    return drawn[0];
  }
}
