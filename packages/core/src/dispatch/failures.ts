import { BrokenAdapterError, MessagingError } from '../errors.ts';
import type { MessagingEvent } from '../events/messaging-event.ts';
import type { Clock } from '../ports/clock.ts';
import type { DispatcherFailure } from './dispatcher-status.ts';

/**
 * Takes note of errors that are not typed faults: a bug in an adapter, a function that the runtime lacks. Nobody expects them, so each is reported by an event
 * and the last one is in the status.
 */
export class Failures {
  readonly #clock: Clock;
  readonly #tell: (event: MessagingEvent) => void;
  readonly #reported = new WeakSet<object>();
  #last: DispatcherFailure | null = null;

  constructor(clock: Clock, tell: (event: MessagingEvent) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  get last(): DispatcherFailure | null {
    return this.#last;
  }

  clear(): void {
    this.#last = null;
  }

  /** Of an error that another event tells of. */
  note(during: string, error: unknown): void {
    if (isFault(error)) return;
    if (typeof error === 'object' && error !== null) this.#reported.add(error);
    this.#last = { at: this.#clock.now(), during, error: error instanceof Error ? error.name : typeof error };
  }

  /** Reports an error, unless it is a fault or was reported before: those have an event already. */
  report(during: string, error: unknown): void {
    if (isFault(error)) return;
    if (typeof error === 'object' && error !== null && this.#reported.has(error)) return;
    this.note(during, error);
    this.#tell({ type: 'dispatcher.failed', at: this.#clock.now(), during, error });
  }
}

/** A fault has an event of its own. A bug that `Messages` found has none: code inside of a sender may call `Messages`. */
function isFault(error: unknown): boolean {
  return error instanceof MessagingError && !(error instanceof BrokenAdapterError);
}
