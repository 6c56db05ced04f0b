import type { SendOutcome } from '../message/send-outcome.ts';

/** When the next attempt is made: exponential growth with full jitter, capped. */
export interface RetryPolicy {
  /** How many attempts a message gets in all. */
  readonly maxAttempts: number;
  /** Upper bound of the delay after the first attempt. */
  readonly baseDelayMs: number;
  readonly factor: number;
  /** Upper bound of any delay of ours. */
  readonly maxDelayMs: number;
  /** How far a receiver's `Retry-After` is honoured. */
  readonly maxRetryAfterMs: number;
}

/** 8 attempts: at most 15.4 hours in all, about 7.7 on average. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  maxAttempts: 8,
  baseDelayMs: 5_000,
  factor: 5,
  maxDelayMs: 36_000_000,
  maxRetryAfterMs: 3_600_000,
};

/**
 * The delay after attempt `attempt` (1-based): uniform in [0, min(cap, base * factor^(attempt - 1))), "full jitter", and never less than
 * what the receiver asked for, up to the policy's limit.
 * @param chance in [0, 1)
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function retryDelayMs(policy: RetryPolicy, attempt: number, chance: number, retryAfterMs = 0): number {
  // Kept finite: without an end, a base of 0 would make it no number.
  const growth = Math.min(policy.factor ** (attempt - 1), Number.MAX_VALUE);
  const bound = Math.min(policy.maxDelayMs, policy.baseDelayMs * growth);
  return Math.max(Math.floor(chance * bound), honouredRetryAfterMs(policy, retryAfterMs));
}

/** How long the receiver asked to be left alone, as far as the policy honours it; 0 when it did not ask. */
export function asksToWaitMs(policy: RetryPolicy, outcome: SendOutcome): number {
  if (outcome.kind !== 'retryable' || outcome.busy !== true) return 0;
  return honouredRetryAfterMs(policy, outcome.retryAfterMs ?? 0);
}

function honouredRetryAfterMs(policy: RetryPolicy, retryAfterMs: number): number {
  return Math.min(Math.max(retryAfterMs, 0), policy.maxRetryAfterMs);
}
