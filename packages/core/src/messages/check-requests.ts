import { brokenRules, type MessageRules } from '../message/message-rules.ts';
import type { EnqueueProblem, EnqueueRequest } from './enqueue-request.ts';

const MAX_KEY_LENGTH = 255;

/** 2001-01-01. The present in epoch seconds, read as milliseconds, is in January 1970. */
const EARLIEST_MS = 978_307_200_000;

/** Every problem that a request has by itself, of every request. */
export function checkRequests(
  requests: readonly EnqueueRequest[],
  rules: MessageRules,
  now: number,
): readonly EnqueueProblem[] {
  return requests.flatMap((request, index) => [
    ...brokenRules(request, rules).map((broken) => ({ index, ...broken })),
    ...checkKey(request.idempotencyKey, index),
    ...checkInstants(request, index, now),
  ]);
}

function checkKey(key: string | undefined, index: number): EnqueueProblem[] {
  if (key === undefined || (key.length >= 1 && key.length <= MAX_KEY_LENGTH)) return [];
  return [{ index, field: 'idempotencyKey', problem: `must have 1 to ${MAX_KEY_LENGTH} characters` }];
}

function checkInstants(request: EnqueueRequest, index: number, now: number): EnqueueProblem[] {
  const problems: EnqueueProblem[] = [];
  for (const field of ['sendAt', 'expiresAt'] as const) {
    const instant = request[field];
    if (instant === undefined) continue;
    if (!isInstant(instant))
      problems.push({ index, field, problem: 'must be an instant in epoch milliseconds' });
    // A clock of a test may stand before 2001 itself.
    else if (instant < EARLIEST_MS && now >= EARLIEST_MS)
      problems.push({
        index,
        field,
        problem: 'must not be before 2001-01-01; instants are epoch milliseconds, not seconds',
      });
  }
  if (problems.length > 0) return problems;
  if (request.expiresAt !== undefined && request.expiresAt <= Math.max(now, request.sendAt ?? now)) {
    problems.push({ index, field: 'expiresAt', problem: 'must be later than now and than sendAt' });
  }
  return problems;
}

/** The range that a `Date` can hold, 1970 on. */
function isInstant(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 8_640_000_000_000_000;
}
