import { MessagingError, StoreUnavailableError } from '../errors.ts';
import type { MessagingEvent } from '../events/messaging-event.ts';
import { wrongAnswer } from '../ports/adapter-answers.ts';
import type { Clock } from '../ports/clock.ts';
import type { MessageRepository } from '../ports/message-repository.ts';
import type { Random } from '../ports/random.ts';
import type { StopSignal } from '../ports/stop-signal.ts';
import type { CallDeadlines } from './deadline.ts';
import type { Failures } from './failures.ts';

const FIRST_MS = 100;
const LONGEST_MS = 5_000;

/** These only read: a store with a full disk answers them and refuses everything else. */
const READS: ReadonlySet<string> = new Set<keyof MessageRepository>([
  'deliveryStop',
  'nextDueAt',
  'storeNow',
]);

/** When a retry ends, and how it waits. */
interface RetryOptions {
  /** Ends the pauses, and with them the retry. */
  readonly end: StopSignal;
  /** Asked after each pause; without it the end alone counts. */
  readonly isOver?: () => boolean;
  /** In place of the clock's. */
  readonly sleep?: (ms: number) => Promise<void>;
}

/** Calls the store so that a call which never answers is a fault like any other, and knows whether the last call worked. */
export class StoreGuard {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #deadlines: CallDeadlines;
  readonly #timeoutMs: number;
  readonly #failures: Failures;
  readonly #tell: (event: MessagingEvent) => void;
  #fault: string | null = null;
  #faultOf: string | null = null;

  constructor(
    clock: Clock,
    random: Random,
    deadlines: CallDeadlines,
    timeoutMs: number,
    failures: Failures,
    tell: (event: MessagingEvent) => void,
  ) {
    this.#failures = failures;
    this.#clock = clock;
    this.#random = random;
    this.#deadlines = deadlines;
    this.#timeoutMs = timeoutMs;
    this.#tell = tell;
  }

  /** The stable code of the last fault; null when the store has worked since. After a refusal, only the same operation or a write shows that. */
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
      const outcome = await this.#deadlines.within(this.#timeoutMs, work());
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
      this.#faultOf = operation;
      this.#failures.note(operation, error);
      this.#tell({ type: 'store.unavailable', at: this.#clock.now(), operation, error });
      throw error;
    }
  }

  /**
   * Tries once, and again until `work` says that it is done, with a longer pause after each fault. Errors are reported, never thrown.
   * @returns false when the retry was over first
   */
  async retry(operation: string, work: () => Promise<boolean>, options: RetryOptions): Promise<boolean> {
    const { end, isOver = () => end.aborted, sleep = (ms) => this.#clock.sleep(ms, end) } = options;
    for (let faults = 1; faults === 1 || !isOver(); faults += 1) {
      try {
        if (await work()) return true;
      } catch (error) {
        this.#failures.report(operation, error);
      }
      await sleep(this.backoffMs(faults));
    }
    return false;
  }

  /** The pause after so many faults in a row. */
  backoffMs(faults: number): number {
    return faultBackoffMs(faults, this.#random.next());
  }

  #recovered(operation: string): void {
    if (this.#fault === null) return;
    if (this.#fault === 'store_rejected' && READS.has(operation) && operation !== this.#faultOf) return;
    this.#fault = null;
    this.#tell({ type: 'store.recovered', at: this.#clock.now(), operation });
  }
}

/**
 * How long to wait after the n-th fault in a row (1-based) of a store: doubling, capped, the upper half random, so that many processes do
 * not come back at the same moment.
 * @param chance in [0, 1)
 */
export function faultBackoffMs(faults: number, chance: number): number {
  const bound = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(faults - 1, 16));
  return Math.ceil(bound / 2 + (chance * bound) / 2);
}
