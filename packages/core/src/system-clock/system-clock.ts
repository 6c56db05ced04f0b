import type { Clock } from '../ports/clock.ts';
import type { StopSignal } from '../ports/stop-signal.ts';

// The longest wait that a runtime's timer takes: 2^31 - 1 ms; a longer one would fire at once.
const LONGEST_TIMER_MS = 2_147_483_647;

// A timer that fires later than this was held up, and what arrived in the meantime waits to be read.
const HELD_UP_MS = 5;

/**
 * The runtime's own time. A sleep that ends late, since the process was frozen or its event loop was blocked, resolves after what
 * arrived in the meantime was read: a deadline does not overtake an answer that came in time. Sleeps end in the order of their times.
 */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  elapsed(): number {
    return performance.now();
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

// How many sleeps have ended late and are about to resolve: the next must not overtake them.
let heldUp = 0;

function timer(ms: number, signal: StopSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const dueAt = performance.now() + ms;
    const finish = (): void => {
      clearTimeout(handle);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    // Timers that are due fire before sockets are read.
    const wake = (): void => {
      if (performance.now() - dueAt < HELD_UP_MS && heldUp === 0) {
        finish();
        return;
      }
      heldUp += 1;
      setImmediate(() =>
        setImmediate(() => {
          heldUp -= 1;
          finish();
        }),
      );
    };
    const handle = setTimeout(wake, ms);
    signal?.addEventListener('abort', finish);
  });
}
