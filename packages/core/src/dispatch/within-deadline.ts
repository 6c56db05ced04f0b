import type { Clock } from '../ports/clock.ts';
import type { StopSignal } from '../ports/stop-signal.ts';
import { StopController } from './stop-controller.ts';

export type Punctual<Result> = { readonly kind: 'done'; readonly result: Result } | { readonly kind: 'late' };

/** The work's result, or `late` when it takes longer than `ms` or than until the signal; the work itself goes on. Rejects as the work does. */
export async function withinDeadline<Result>(
  clock: Clock,
  ms: number,
  work: Promise<Result>,
  signal?: StopSignal,
): Promise<Punctual<Result>> {
  const timer = new StopController();
  const end = (): void => timer.abort();
  if (signal?.aborted) end();
  signal?.addEventListener('abort', end);
  const late = clock.sleep(ms, timer).then(() => ({ kind: 'late' as const }));
  try {
    return await Promise.race([work.then((result) => ({ kind: 'done' as const, result })), late]);
  } finally {
    end();
    signal?.removeEventListener('abort', end);
  }
}
