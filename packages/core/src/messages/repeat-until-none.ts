/** Repeats the step until it finds nothing more; returns how much it found. */
export async function repeatUntilNone(step: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const count = await step();
    if (count === 0) return total;
    total += count;
  }
}
