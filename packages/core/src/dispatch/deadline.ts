import type { Clock } from '../ports/clock.ts';
import type { StopSignal } from '../ports/stop-signal.ts';
import { StopController } from './stop-controller.ts';

/** The result of work with a deadline. */
type DeadlineResult<Result> = { readonly kind: 'done'; readonly result: Result } | { readonly kind: 'late' };

// The last part of a deadline, and the largest share that it takes of a short one.
const LAST_PART_MS = 50;
const LAST_SHARE = 1 / 4;

/**
 * Resolves after `ms` as `clock.sleep` does, or as soon as the signal aborts. The last part of it begins only when the first has ended: a process that was
 * frozen has this long to read what arrived in the meantime before the deadline counts.
 */
export async function deadline(clock: Clock, ms: number, signal: StopSignal): Promise<void> {
  const lastMs = Math.min(LAST_PART_MS, ms * LAST_SHARE);
  await clock.sleep(ms - lastMs, signal);
  await clock.sleep(lastMs, signal);
}

/**
 * The work's result, or `late` when it takes longer than `ms` or than until the signal; the work itself goes on. A result that has arrived in time is
 * not late because the process was frozen. Rejects as the work does.
 */
export async function withinDeadline<Result>(
  clock: Clock,
  ms: number,
  work: Promise<Result>,
  signal?: StopSignal,
): Promise<DeadlineResult<Result>> {
  const timer = new StopController();
  const end = (): void => timer.abort();
  if (signal?.aborted) end();
  signal?.addEventListener('abort', end);
  const late = deadline(clock, ms, timer).then(() => ({ kind: 'late' as const }));
  try {
    return await Promise.race([work.then((result) => ({ kind: 'done' as const, result })), late]);
  } finally {
    end();
    signal?.removeEventListener('abort', end);
  }
}

/** The deadlines of calls to ports. All of them end early when the dispatcher closes. */
export class CallDeadlines {
  readonly #clock: Clock;
  #end = new StopController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** As {@link withinDeadline}. */
  within<Result>(ms: number, work: Promise<Result>): Promise<DeadlineResult<Result>> {
    return withinDeadline(this.#clock, ms, work, this.#end);
  }

  /** Every call that is under way is late now. Later calls have their whole time. */
  expireAll(): void {
    const end = this.#end;
    this.#end = new StopController();
    end.abort();
  }
}
