import type { Clock } from '../ports/clock.ts';
import { StopController } from './stop-controller.ts';

/** The work's result, or `late` when it takes longer than `ms`; the work itself goes on. Rejects as the work does. */
export async function withinDeadline<Result>(
  clock: Clock,
  ms: number,
  work: Promise<Result>,
): Promise<{ readonly kind: 'done'; readonly result: Result } | { readonly kind: 'late' }> {
  const timer = new StopController();
  const late = clock.sleep(ms, timer).then(() => ({ kind: 'late' as const }));
  try {
    return await Promise.race([work.then((result) => ({ kind: 'done' as const, result })), late]);
  } finally {
    timer.abort();
  }
}
