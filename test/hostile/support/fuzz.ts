const FACTOR = Math.max(1, Number(process.env.FUZZ ?? 1));

/** How many cases a property gets: a quick number, or FUZZ times as many. */
export function cases(usual: number): { readonly numRuns: number; readonly endOnFailure: boolean } {
  return { numRuns: usual * FACTOR, endOnFailure: FACTOR === 1 };
}

/** A test's time-out for that many. */
export const FUZZ_TIMEOUT_MS: number = 60_000 * FACTOR;
