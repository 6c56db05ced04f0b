/**
 * Repeatable chance that depends on nothing but its keys: what one question is answered never shifts the answer to another, so that a
 * world without one of its faults is otherwise the same world.
 */
export interface Chance {
  /** In [0, 1), uniform; the same for the same keys. */
  at(...keys: readonly number[]): number;
}

/** Where the chance of a world comes from. */
export type ChanceSource = (seed: number) => Chance;

/** The default: a 32-bit mix of the seed and the keys. */
export const seededChance: ChanceSource = (seed) => ({
  at(...keys) {
    let hash = mix(seed ^ 0x9e3779b9);
    for (const key of keys) hash = mix(hash ^ Math.imul(key + 1, 0x85ebca6b));
    return (hash >>> 0) / 4294967296;
  },
});

/** A whole number from `low` to `high`, both included. */
export function between(chance: number, low: number, high: number): number {
  return low + Math.floor(chance * (high - low + 1));
}

// The finaliser of MurmurHash3: every bit of the input moves about half of the output's.
function mix(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
