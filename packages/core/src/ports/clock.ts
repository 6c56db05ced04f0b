import type { StopSignal } from './stop-signal.ts';

/** The one source of time. */
export interface Clock {
  /** Epoch ms. May jump either way when the machine's clock is set. */
  now(): number;
  /**
   * Resolves after `ms` have passed, measured so that a set clock neither shortens nor lengthens it, or as soon as the signal aborts
   * (at once if it has); never rejects. 0 and less resolve without waiting for time. Any number of sleepers may wait.
   */
  sleep(ms: number, signal?: StopSignal): Promise<void>;
  /**
   * Capability: ms since a moment that stays the same while the process lives, whatever the clock is set to. Tells a clock that was set from one
   * that runs.
   */
  elapsed?(): number;
}
