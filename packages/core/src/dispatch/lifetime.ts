import { StopController } from './stop-controller.ts';

/**
 * How a run ends: running --stop--> stopping --drain deadline--> cut off --last moment--> over. A run that drains in
 * time is over without being cut off. Each signal stays aborted.
 */
export class Lifetime {
  /** Nothing new begins: no claim, no send. */
  readonly stopping: StopController = new StopController();
  /** We abort what is under way; it ends as ambiguous. */
  readonly cutOff: StopController = new StopController();
  /** No retry and no pause goes on. What is not stored by then is left to the next claimant. */
  readonly over: StopController = new StopController();
}
