/** How many attempts are kept with a message; older ones are dropped. */
export const KEPT_ATTEMPTS = 20;

/** One webhook call and what became of it. */
export interface DeliveryAttempt {
  /** 1-based; starts again at 1 after a redrive. */
  readonly attempt: number;
  /** When the call began, epoch ms. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly outcome: 'accepted' | 'retryable' | 'permanent' | 'ambiguous';
  /** A short stable word such as `http_500`, `timeout` or `connection_refused`; null when accepted. */
  readonly reason: string | null;
  /** The request was made, and does not count against `maxAttempts`: the endpoint was down, or the receiver asked to wait. Absent when it counts. */
  readonly uncounted?: true;
}

/** By how much a settlement with this attempt raises `attempts`. */
export function countOf(attempt: DeliveryAttempt | null): 0 | 1 {
  return attempt === null || attempt.uncounted === true ? 0 : 1;
}

/**
 * Whether the message was redriven between two attempts that follow one another in its history: nothing else starts the count again. The attempt after an
 * uncounted one has the same number.
 */
export function isRedrivenBetween(
  before: Pick<DeliveryAttempt, 'attempt' | 'uncounted'> | undefined,
  after: Pick<DeliveryAttempt, 'attempt'>,
): boolean {
  if (before === undefined) return false;
  return after.attempt < before.attempt || (after.attempt === before.attempt && before.uncounted !== true);
}

export function appendAttempt(
  attempts: readonly DeliveryAttempt[],
  attempt: DeliveryAttempt,
): readonly DeliveryAttempt[] {
  return [...attempts, attempt].slice(-KEPT_ATTEMPTS);
}
