import type { Clock } from '../ports/clock.ts';
import { StopController } from './stop-controller.ts';
import { type Punctual, withinDeadline } from './within-deadline.ts';

/** How long the others are waited for, and no longer than the dispatcher itself lives. */
export class Patience {
  readonly #clock: Clock;
  #end = new StopController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** As {@link withinDeadline}. */
  within<Result>(ms: number, work: Promise<Result>): Promise<Punctual<Result>> {
    return withinDeadline(this.#clock, ms, work, this.#end);
  }

  /** Whatever is being waited for is late now. */
  exhaust(): void {
    const end = this.#end;
    this.#end = new StopController();
    end.abort();
  }
}
