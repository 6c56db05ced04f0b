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
}

/** Whether the message was redriven between two attempts that follow one another in its history: nothing else lets them be counted from 1 again. */
export function isRedrivenBetween(
  before: Pick<DeliveryAttempt, 'attempt'> | undefined,
  after: Pick<DeliveryAttempt, 'attempt'>,
): boolean {
  return before !== undefined && after.attempt <= before.attempt;
}

export function appendAttempt(
  attempts: readonly DeliveryAttempt[],
  attempt: DeliveryAttempt,
): readonly DeliveryAttempt[] {
  return [...attempts, attempt].slice(-KEPT_ATTEMPTS);
}
