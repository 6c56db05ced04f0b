import type { Clock } from '@messaging-system/core';
import type { Scheduler } from '../scheduler.ts';
import { never, type ProcessRun } from './process-run.ts';

/** The clocks' time when a world begins: 2026-01-01T00:00:00Z. */
export const EPOCH: number = Date.UTC(2026, 0, 1);

/** The true time of a world, as the store tells it. */
export function trueTime(scheduler: Scheduler): number {
  return EPOCH + scheduler.now;
}

/** One process's clock: off by what the world says, its sleeps by the world's own time whatever the clock is set to. */
export function simulatedClock(scheduler: Scheduler, run: ProcessRun): Clock {
  return {
    now: () => trueTime(scheduler) + run.process.clockOffsetMs,
    elapsed: () => scheduler.now,
    sleep(ms, signal) {
      if (!run.isAlive) return never();
      if (!(ms > 0) || signal?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = (): void => {
          scheduler.cancel(timer);
          signal?.removeEventListener('abort', wake);
          if (isAwake) return;
          isAwake = true;
          run.sleepers -= 1;
          resolve();
        };
        let isAwake = false;
        run.sleepers += 1;
        const timer = scheduler.after(ms, () => run.wake(wake));
        signal?.addEventListener('abort', wake);
      });
    },
  };
}
