import { type DeliveryAttempt, KEPT_ATTEMPTS } from '@messaging-system/core';

/**
 * SQL that appends the attempt in `parameter` (JSON, or null for none) to the column `history`, and drops the oldest beyond the last
 * twenty. Text that is no JSON array (an edit by hand) is given up: it must not keep a message from being settled.
 */
export function appendedHistory(parameter: string): string {
  return `CASE
    WHEN ${parameter} IS NULL THEN history
    WHEN history IS NULL THEN '[' || ${parameter} || ']'
    WHEN NOT json_valid(history) THEN '[' || ${parameter} || ']'
    WHEN json_type(history) <> 'array' THEN '[' || ${parameter} || ']'
    WHEN json_array_length(history) >= ${KEPT_ATTEMPTS}
      THEN json_insert(json_remove(history, '$[0]'), '$[#]', json(${parameter}))
    ELSE json_insert(history, '$[#]', json(${parameter}))
  END`;
}

/** The attempts that can be read. */
export function readHistory(value: unknown): readonly DeliveryAttempt[] {
  if (typeof value !== 'string') return [];
  const entries = parsed(value);
  return Array.isArray(entries) ? entries.filter(isAttempt).slice(-KEPT_ATTEMPTS) : [];
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

const OUTCOMES: ReadonlySet<unknown> = new Set<DeliveryAttempt['outcome']>([
  'accepted',
  'retryable',
  'permanent',
  'ambiguous',
]);

function isAttempt(entry: unknown): entry is DeliveryAttempt {
  if (typeof entry !== 'object' || entry === null) return false;
  const {
    attempt,
    startedAt,
    durationMs,
    outcome,
    reason,
    uncounted,
  }: Partial<Record<keyof DeliveryAttempt, unknown>> = entry;
  return (
    Number.isFinite(attempt) &&
    Number.isFinite(startedAt) &&
    Number.isFinite(durationMs) &&
    OUTCOMES.has(outcome) &&
    (reason === null || typeof reason === 'string') &&
    (uncounted === undefined || uncounted === true)
  );
}
