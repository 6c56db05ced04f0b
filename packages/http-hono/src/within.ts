import type { Clock } from '@messaging-system/core';

type Bounded<Value> = { readonly kind: 'done'; readonly value: Value } | { readonly kind: 'late' };

/** Waits for the work at most so long. Late work goes on, and what it then ends in is dropped. Rejects as the work does in time. */
export async function within<Value>(clock: Clock, ms: number, work: Promise<Value>): Promise<Bounded<Value>> {
  const over = new AbortController();
  const late = clock.sleep(ms, over.signal).then((): Bounded<Value> => ({ kind: 'late' }));
  try {
    return await Promise.race([work.then((value): Bounded<Value> => ({ kind: 'done', value })), late]);
  } finally {
    over.abort();
  }
}
