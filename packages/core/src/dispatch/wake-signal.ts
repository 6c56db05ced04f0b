import type { Clock } from '../ports/clock.ts';
import type { StopSignal } from '../ports/stop-signal.ts';
import { StopController } from './stop-controller.ts';

/**
 * Lets a sleeper be woken. A wake that nobody waits for is kept for the next sleep.
 *
 * Modes: idle --sleep--> sleeping --woken, shortened, stopped or its time--> idle; idle --wake--> woken --sleep, which
 * ends at once--> idle.
 */
export class WakeSignal {
  #woken = false;
  #sleep: StopController | null = null;
  /** By the clock. */
  #endsAt = Number.POSITIVE_INFINITY;

  wake(): void {
    this.#woken = true;
    this.#sleep?.abort();
  }

  /** From now on `shorten` counts for the next sleep. */
  prepare(): void {
    this.#endsAt = Number.POSITIVE_INFINITY;
  }

  /** A sleep ends in so many ms at the latest. */
  shorten(clock: Clock, ms: number): void {
    const endsAt = clock.now() + ms;
    if (endsAt >= this.#endsAt) return;
    this.#endsAt = endsAt;
    const sleep = this.#sleep;
    if (sleep !== null) void clock.sleep(ms, sleep).then(() => sleep.abort());
  }

  /** Sleeps at most `ms`, less if woken, shortened or stopped. */
  async sleep(clock: Clock, ms: number, stop: StopSignal): Promise<void> {
    if (!this.#woken && !stop.aborted) {
      const sleep = new StopController();
      const end = (): void => sleep.abort();
      this.#sleep = sleep;
      const now = clock.now();
      this.#endsAt = Math.min(this.#endsAt, now + ms);
      stop.addEventListener('abort', end);
      // At least 1: what is due now is found in a later turn.
      await clock.sleep(Math.max(1, this.#endsAt - now), sleep);
      end();
      stop.removeEventListener('abort', end);
      this.#sleep = null;
    }
    this.#woken = false;
  }
}
