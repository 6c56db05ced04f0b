const FIRST_MS = 100;
const LONGEST_MS = 5_000;

/**
 * How long to wait after the n-th fault in a row (1-based) of a store: doubling, capped, the upper half random, so that many processes do
 * not come back at the same moment.
 * @param chance in [0, 1)
 */
export function faultBackoffMs(faults: number, chance: number): number {
  const bound = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(faults - 1, 16));
  return Math.ceil(bound / 2 + (chance * bound) / 2);
}
