import type { Clock, StopSignal } from '@messaging-system/core';
import type { Scheduler } from '../scheduler.ts';
import { type Life, never } from './life.ts';

/** What the clocks say when a world begins: 2026-01-01T00:00:00Z. */
export const EPOCH: number = Date.UTC(2026, 0, 1);

/** The true time of a world, as the store tells it. */
export function trueTime(scheduler: Scheduler): number {
  return EPOCH + scheduler.now;
}

/** One process's clock: off by what the world says, its sleeps by the world's own time whatever the clock is set to. */
export class SimulatedClock implements Clock {
  readonly #scheduler: Scheduler;
  readonly #life: Life;

  constructor(scheduler: Scheduler, life: Life) {
    this.#scheduler = scheduler;
    this.#life = life;
  }

  now(): number {
    return trueTime(this.#scheduler) + this.#life.process.clockOffsetMs;
  }

  elapsed(): number {
    return this.#scheduler.now;
  }

  sleep(ms: number, signal?: StopSignal): Promise<void> {
    const life = this.#life;
    if (!life.isAlive) return never();
    if (!(ms > 0) || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#scheduler.cancel(timer);
        signal?.removeEventListener('abort', wake);
        if (isAwake) return;
        isAwake = true;
        life.sleepers -= 1;
        resolve();
      };
      let isAwake = false;
      life.sleepers += 1;
      const timer = this.#scheduler.after(ms, () => life.wake(wake));
      signal?.addEventListener('abort', wake);
    });
  }
}
