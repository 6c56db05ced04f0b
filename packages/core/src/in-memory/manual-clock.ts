import type { Clock } from '../ports/clock.ts';
import type { StopSignal } from '../ports/stop-signal.ts';

// Chains of in-memory calls between two looks at the clock are a few dozen promises deep.
const QUIET_TURNS = 100;
// Something that never comes to rest must not keep time from passing.
const MOST_ROUNDS = 10_000;

interface Sleeper {
  readonly wakesAt: number;
  readonly wake: () => void;
}

/**
 * A clock that stands still until a test moves it.
 *
 * @example
 * ```ts
 * import { ManualClock } from '@messaging-system/core/in-memory';
 *
 * const clock = new ManualClock(Date.parse('2030-01-01T00:00:00Z'));
 * await clock.advance(120_000); // two minutes pass at once
 * console.log(new Date(clock.now()).toISOString()); // 2030-01-01T00:02:00.000Z
 * ```
 */
export class ManualClock implements Clock {
  #now: number;
  #elapsed = 0;
  readonly #sleepers = new Set<Sleeper>();
  #looks = 0;

  constructor(now = 1_700_000_000_000) {
    this.#now = now;
  }

  now(): number {
    this.#looks += 1;
    return this.#now;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  /** How many wait at the moment. */
  get sleepers(): number {
    return this.#sleepers.size;
  }

  sleep(ms: number, signal?: StopSignal): Promise<void> {
    this.#looks += 1;
    if (!(ms > 0) || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper: Sleeper = { wakesAt: this.#elapsed + ms, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', wake);
    });
  }

  /**
   * Lets `ms` pass: sleepers wake in the order of their times, and what each does at once is done before the next wakes. Done is what has not
   * looked at the clock for a hundred turns of the microtask queue; what waits for the world outside is not waited for.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    for (;;) {
      await this.#untilQuiet();
      const next = this.#earliestUntil(end);
      if (next === undefined) break;
      this.#pass(next.wakesAt - this.#elapsed);
      next.wake();
    }
    this.#pass(end - this.#elapsed);
    await this.#untilQuiet();
  }

  /** Sets the clock as an administrator would: nobody wakes by it. */
  set(now: number): void {
    this.#now = now;
  }

  async #untilQuiet(): Promise<void> {
    for (let round = 0, seen = -1; seen !== this.#looks && round < MOST_ROUNDS; round += 1) {
      seen = this.#looks;
      for (let turn = 0; turn < QUIET_TURNS; turn += 1) await Promise.resolve();
    }
  }

  #pass(ms: number): void {
    this.#elapsed += ms;
    this.#now += ms;
  }

  #earliestUntil(end: number): Sleeper | undefined {
    let earliest: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (sleeper.wakesAt <= end && (earliest === undefined || sleeper.wakesAt < earliest.wakesAt))
        earliest = sleeper;
    }
    return earliest;
  }
}
