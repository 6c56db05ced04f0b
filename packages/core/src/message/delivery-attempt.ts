import { type AttemptResponse, KEPT_RESPONSES, readResponse } from './attempt-response.ts';

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
  /** The response of the receiver, if the sender returned it. Absent otherwise, and after newer responses have replaced it. */
  readonly response?: AttemptResponse;
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

/** Keeps the last twenty. An attempt with a response takes away those of all but the {@link KEPT_RESPONSES} - 1 before it. */
export function appendAttempt(
  attempts: readonly DeliveryAttempt[],
  attempt: DeliveryAttempt,
): readonly DeliveryAttempt[] {
  const earlier = attempt.response === undefined ? attempts : withoutOldResponses(attempts);
  return [...earlier, attempt].slice(-KEPT_ATTEMPTS);
}

function withoutOldResponses(attempts: readonly DeliveryAttempt[]): readonly DeliveryAttempt[] {
  const old = attempts.length - (KEPT_RESPONSES - 1);
  return attempts.map((attempt, index) => {
    if (index >= old) return attempt;
    const { response: _, ...rest } = attempt;
    return rest;
  });
}

const OUTCOMES: ReadonlySet<unknown> = new Set<DeliveryAttempt['outcome']>([
  'accepted',
  'retryable',
  'permanent',
  'ambiguous',
]);

/** Reads an attempt that a store holds; null if it is not one. A response that can't be read is left out. */
export function readAttempt(entry: unknown): DeliveryAttempt | null {
  if (!isAttempt(entry)) return null;
  const { attempt, startedAt, durationMs, outcome, reason, uncounted } = entry;
  const response = entry.response === undefined ? null : readResponse(entry.response);
  return {
    attempt,
    startedAt,
    durationMs,
    outcome,
    reason,
    ...(uncounted !== undefined && { uncounted }),
    ...(response !== null && { response }),
  };
}

/** Does not look at the response. */
function isAttempt(entry: unknown): entry is DeliveryAttempt {
  if (typeof entry !== 'object' || entry === null) return false;
  const attempt: Partial<Record<keyof DeliveryAttempt, unknown>> = entry;
  return (
    [attempt.attempt, attempt.startedAt, attempt.durationMs].every(Number.isFinite) &&
    OUTCOMES.has(attempt.outcome) &&
    (attempt.reason === null || typeof attempt.reason === 'string') &&
    (attempt.uncounted === undefined || attempt.uncounted === true)
  );
}
