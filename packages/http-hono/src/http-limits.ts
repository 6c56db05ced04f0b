import { InvalidOptionsError } from '@messaging-system/core';

export interface HttpLimits {
  /** The largest request body, in bytes, however it is transferred. */
  readonly maxBodyBytes: number;
  /**
   * The most that all bodies that are being read may hold together, in bytes; `maxBodyBytes` if that is more. A further one gets `too_many_bodies`. The forms of
   * the dashboard may hold as much, and those of its login 16 MiB.
   */
  readonly maxTotalBodyBytes: number;
  /** How many messages one call may enqueue. */
  readonly maxBatch: number;
  /** How long a request may take before it is answered with `request_timeout`. Work that it began goes on. */
  readonly requestTimeoutMs: number;
  /** How long `/readyz` and `/processor` wait for a dependency before they answer without it. */
  readonly probeTimeoutMs: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  maxBodyBytes: 1_048_576,
  maxTotalBodyBytes: 67_108_864,
  maxBatch: 1000,
  requestTimeoutMs: 30_000,
  probeTimeoutMs: 2_000,
};

/** Fills in the defaults. @throws InvalidOptionsError naming every limit that is not a whole number from 1. */
export function httpLimits(given: Partial<HttpLimits> = {}): HttpLimits {
  const limits = { ...DEFAULT_HTTP_LIMITS, ...given };
  const problems = Object.entries(limits)
    .filter(([, value]) => !Number.isSafeInteger(value) || value < 1)
    .map(([name, value]) => `${name} must be a whole number from 1, is ${value}`);
  if (problems.length > 0) throw new InvalidOptionsError(problems);
  return limits;
}
