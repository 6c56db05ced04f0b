/** Milliseconds of the machine's monotonic clock, which all of its processes share. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** A content that tells when it was enqueued. */
export function timedContent(): string {
  return `enqueued at ${now()}`;
}

/** The time in a body with such a content; null for every other. */
export function enqueuedAt(body: string): number | null {
  const found = /enqueued at ([\d.]+)/.exec(body);
  return found === null ? null : Number(found[1]);
}
