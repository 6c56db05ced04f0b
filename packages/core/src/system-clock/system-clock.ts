import type { Clock } from '../ports/clock.ts';
import type { StopSignal } from '../ports/stop-signal.ts';

// The longest wait that a runtime's timer takes: 2^31 - 1 ms; a longer one would fire at once.
const LONGEST_TIMER_MS = 2_147_483_647;

/** The runtime's own time. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  async sleep(ms: number, signal?: StopSignal): Promise<void> {
    let left = ms;
    while (left > 0 && !signal?.aborted) {
      const step = Math.min(left, LONGEST_TIMER_MS);
      await timer(step, signal);
      left -= step;
    }
  }
}

function timer(ms: number, signal: StopSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(handle);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const handle = setTimeout(finish, ms);
    signal?.addEventListener('abort', finish);
  });
}
