import type { StopSignal } from '../ports/stop-signal.ts';
import { StopController } from './stop-controller.ts';

/**
 * How a run ends.
 *
 * Modes: running --stop--> stopping --drain deadline--> cut off --last moment--> over. A run that drains in time is
 * over without being cut off. A single dispatch that nobody stops is over as soon as its work has ended. Each signal
 * stays aborted.
 */
export class Lifetime {
  readonly #stopping = new StopController();
  readonly #cutOff = new StopController();
  readonly #over = new StopController();

  /** Nothing new begins: no claim, no send. */
  get stopping(): StopSignal {
    return this.#stopping;
  }

  /** We abort what is under way; it ends as ambiguous. */
  get cutOff(): StopSignal {
    return this.#cutOff;
  }

  /** No retry and no pause goes on. Results that are not stored by then are left to the next claimant. */
  get over(): StopSignal {
    return this.#over;
  }

  stop(): void {
    this.#stopping.abort();
  }

  cutOffAll(): void {
    this.#cutOff.abort();
  }

  end(): void {
    this.#over.abort();
  }
}
