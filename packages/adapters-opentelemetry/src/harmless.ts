/** The work's result; null for work that throws. A sampler or a span processor may, and tracing must not change what is traced. */
export function harmless<Result>(work: () => Result): Result | null {
  try {
    return work();
  } catch {
    return null;
  }
}
