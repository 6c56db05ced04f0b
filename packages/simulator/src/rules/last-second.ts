/** Notes an instant, forgets those of more than a second ago, and tells how many are left; instants are in virtual ms. */
export function ofTheLastSecond(instants: number[], now: number): number {
  instants.push(now);
  while ((instants[0] ?? now) <= now - 1_000) instants.shift();
  return instants.length;
}
