import { MessagingError, StoreUnavailableError } from '../errors.ts';
import type { MessagingEvent } from '../events/messaging-event.ts';
import type { Clock } from '../ports/clock.ts';
import { wrongAnswer } from './adapter-answers.ts';
import type { Failures } from './failures.ts';
import type { Patience } from './patience.ts';

/** Calls the store so that a call which never answers is a fault like any other, and knows whether the last call worked. */
export class StoreGuard {
  readonly #clock: Clock;
  readonly #patience: Patience;
  readonly #timeoutMs: number;
  readonly #failures: Failures;
  readonly #tell: (event: MessagingEvent) => void;
  #fault: string | null = null;

  constructor(
    clock: Clock,
    patience: Patience,
    timeoutMs: number,
    failures: Failures,
    tell: (event: MessagingEvent) => void,
  ) {
    this.#failures = failures;
    this.#clock = clock;
    this.#patience = patience;
    this.#timeoutMs = timeoutMs;
    this.#tell = tell;
  }

  /** The stable code of the last call's fault; null when it worked. */
  get fault(): string | null {
    return this.#fault;
  }

  /**
   * @param isRight whether the answer has the shape that the port promises
   * @throws what the store threw, StoreUnavailableError when it did not answer in time, TypeError when its answer is wrong
   */
  async call<Result>(
    operation: string,
    work: () => Promise<Result>,
    isRight: (result: Result) => boolean,
  ): Promise<Result> {
    try {
      const outcome = await this.#patience.within(this.#timeoutMs, work());
      if (outcome.kind === 'late') {
        throw new StoreUnavailableError(
          `the store did not answer ${operation} in time (${this.#timeoutMs} ms)`,
        );
      }
      if (!isRight(outcome.result)) throw new TypeError(wrongAnswer(operation, 'repository', outcome.result));
      this.#recovered(operation);
      return outcome.result;
    } catch (error) {
      this.#fault = error instanceof MessagingError ? error.code : 'store_unavailable';
      this.#failures.note(operation, error);
      this.#tell({ type: 'store.unavailable', at: this.#clock.now(), operation, error });
      throw error;
    }
  }

  #recovered(operation: string): void {
    if (this.#fault === null) return;
    this.#fault = null;
    this.#tell({ type: 'store.recovered', at: this.#clock.now(), operation });
  }
}
