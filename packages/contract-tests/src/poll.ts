import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 5;

/** Waits until the condition holds; fails with `what` when it does not within the deadline. */
export async function until(what: string, holds: () => boolean, deadlineMs: number = 3_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!holds()) {
    assert.ok(performance.now() < end, `${what} within ${deadlineMs} ms`);
    await wait(POLL_MS);
  }
}

/** The result of the work; fails with `what` when there is none within the deadline. */
export async function within<Result>(
  what: string,
  work: Promise<Result>,
  deadlineMs: number = 3_000,
): Promise<Result> {
  const cancelled = new AbortController();
  const late = wait(deadlineMs, 'late' as const, { signal: cancelled.signal }).catch(() => 'late' as const);
  const first = await Promise.race([work.then((result) => ({ result })), late]).finally(() =>
    cancelled.abort(),
  );
  assert.ok(first !== 'late', `${what} within ${deadlineMs} ms`);
  return first.result;
}
