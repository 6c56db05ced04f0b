import { MessagingError, StoreUnavailableError } from '../errors.ts';
import type { MessagingEvent } from '../events/messaging-event.ts';
import { wrongAnswer } from '../ports/adapter-answers.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { StopSignal } from '../ports/stop-signal.ts';
import type { CallDeadlines } from './deadline.ts';
import type { Failures } from './failures.ts';

const FIRST_MS = 100;
// So short that delivery goes on within two seconds of the store's return.
const LONGEST_MS = 1_500;

/** When a retry ends, and how it waits. */
interface RetryOptions {
  /** Ends the pauses, and with them the retry. */
  readonly end: StopSignal;
  /** Another reason to end. It is asked after each pause. */
  readonly isOver?: () => boolean;
  /** Waits in place of the clock's `sleep`. */
  readonly sleep?: (ms: number) => Promise<void>;
}

/** Calls the store so that a call that never answers is a fault like any other. It knows which fault has not ended yet. */
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
      this.#recovered(operation, outcome.result);
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
    const { end, isOver = () => false, sleep = (ms) => this.#clock.sleep(ms, end) } = options;
    for (let faults = 1; faults === 1 || !(end.aborted || isOver()); faults += 1) {
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

  #recovered(operation: string, answer: unknown): void {
    if (this.#fault === null) return;
    if (this.#fault === 'store_rejected' && operation !== this.#faultOf && !hasWritten(answer)) return;
    this.#fault = null;
    this.#tell({ type: 'store.recovered', at: this.#clock.now(), operation });
  }
}

/**
 * Whether the answer is that of an operation that changed something: a full disk answers reads, and a claim of nothing,
 * and refuses everything else.
 */
function hasWritten(answer: unknown): boolean {
  const changed = typeof answer === 'object' && answer !== null && 'held' in answer ? answer.held : answer;
  return Array.isArray(changed) && changed.length > 0;
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
