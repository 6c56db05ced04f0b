import type { Clock } from '@messaging-system/core';

/**
 * What the work ends in or, if it takes longer than so long, what `late` makes instead. Late work goes on, and what it then ends in is dropped.
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
