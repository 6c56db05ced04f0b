import type { Clock } from '@messaging-system/core';

/**
 * The result of the work or, if it takes too long, the result of `late`. Late work goes on, and what it then ends in is dropped.
 * Rejects as the work does in time.
 */
export async function within<Value, Late>(
  clock: Clock,
  ms: number,
  work: Promise<Value>,
  late: () => Late,
): Promise<Value | Late> {
  const over = new AbortController();
  try {
    return await Promise.race([work, clock.sleep(ms, over.signal).then(late)]);
  } finally {
    over.abort();
  }
}
