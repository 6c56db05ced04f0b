/** What went wrong, and what lies beneath it, on one line. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error instanceof AggregateError ? error.errors.at(-1) : error.cause;
  const below = inner === undefined ? '' : messageOf(inner);
  if (error.message === '') return below;
  return below === '' || error.message.includes(below) ? error.message : `${error.message}: ${below}`;
}
