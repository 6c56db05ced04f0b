import { type DeliveryAttempt, KEPT_ATTEMPTS, readAttempt } from './delivery-attempt.ts';

// Fields of a record as a store has them. Any program may have written it: a value of the wrong kind counts as absent.

// The range of a JavaScript Date: beyond it nobody could show the instant.
const LATEST_INSTANT = 8_640_000_000_000_000;

export function readText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function readInstant(value: unknown): number | null {
  return typeof value === 'number' && Math.abs(value) <= LATEST_INSTANT ? value : null;
}

export function readCount(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : 0;
}

/** The attempts that can be read. */
export function readAttempts(value: unknown): readonly DeliveryAttempt[] {
  return Array.isArray(value)
    ? value
        .map(readAttempt)
        .filter((attempt) => attempt !== null)
        .slice(-KEPT_ATTEMPTS)
    : [];
}
