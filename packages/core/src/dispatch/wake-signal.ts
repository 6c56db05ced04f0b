import type { Clock } from '../ports/clock.ts';
import type { StopSignal } from '../ports/stop-signal.ts';
import { StopController } from './stop-controller.ts';

/** Lets a sleeper be woken. A wake that nobody waits for is kept for the next sleep. */
export class WakeSignal {
  #woken = false;
  #sleep: StopController | null = null;

  wake(): void {
    this.#woken = true;
    this.#sleep?.abort();
  }

  /** Sleeps at most `ms`, less if woken or stopped. */
  async sleep(clock: Clock, ms: number, stop: StopSignal): Promise<void> {
    if (!this.#woken && !stop.aborted) {
      const sleep = new StopController();
      const end = (): void => sleep.abort();
      this.#sleep = sleep;
      stop.addEventListener('abort', end);
      await clock.sleep(ms, sleep);
      stop.removeEventListener('abort', end);
      this.#sleep = null;
    }
    this.#woken = false;
  }
}
