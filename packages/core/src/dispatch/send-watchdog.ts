import type { Message } from '../message/message.ts';
import type { SendOutcome } from '../message/send-outcome.ts';
import type { Clock } from '../ports/clock.ts';
import type { SendContext, WebhookSender } from '../ports/webhook-sender.ts';
import { isOutcome } from './adapter-answers.ts';
import { StopController } from './stop-controller.ts';
import { deadline } from './within-deadline.ts';

/** Sends that began next to each other: they share the signal that the sender sees, and the timers. */
interface Cohort {
  /** By the clock. */
  readonly openedAt: number;
  readonly signal: StopController;
  /** Ends the timers. */
  readonly ended: StopController;
  readonly sends: Set<(outcome: SendOutcome) => void>;
}

// The sender has its own time-out and knows best what happened; these are for one that forgets it.
const ABORT_GRACE_MS = 500;
const ANSWER_GRACE_MS = 1_000;
/** How much later than its first send a cohort's last may begin: so much of its grace may be missing. */
const COHORT_MS = 50;

const GIVEN_UP: SendOutcome = { kind: 'ambiguous', reason: 'timeout' };
const BROKEN: SendOutcome = { kind: 'ambiguous', reason: 'sender_failed' };

/**
 * Calls the sender so that every call ends: one that outlives the time-out is aborted, one that ignores that is given up as ambiguous. Time is what
 * passes, not what the clock shows: a clock that is set must not end the sends that are under way. Nor does a freeze of the process: an answer that has arrived is read first.
 */
export class SendWatchdog {
  readonly #sender: WebhookSender;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #broken: (error: unknown) => void;
  readonly #cohorts = new Set<Cohort>();
  #youngest: Cohort | null = null;

  /** @param broken hears what was wrong when the sender threw, or answered something that is no outcome or that carries an error */
  constructor(sender: WebhookSender, clock: Clock, timeoutMs: number, broken: (error: unknown) => void) {
    this.#sender = sender;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#broken = broken;
  }

  /** Never rejects: a sender that throws has broken its contract, and nobody knows what it did before. */
  send(message: Message, attempt: number): Promise<SendOutcome> {
    const cohort = this.#joinable() ?? this.#openCohort();
    return new Promise((resolve) => {
      const end = (outcome: SendOutcome): void => {
        if (!cohort.sends.delete(end)) return;
        if (cohort.sends.size === 0) this.#endCohort(cohort);
        resolve(outcome);
      };
      cohort.sends.add(end);
      void this.#call(message, { attempt, signal: cohort.signal }, end);
    });
  }

  /** Cuts off every send that is under way; the ones that do not answer to it end as ambiguous a moment later. */
  abortAll(): void {
    for (const cohort of this.#cohorts) void this.#abort(cohort);
  }

  /** Ends every send that is under way now, as ambiguous. */
  close(): void {
    for (const cohort of this.#cohorts) giveUp(cohort);
  }

  async #call(message: Message, context: SendContext, end: (outcome: SendOutcome) => void): Promise<void> {
    let outcome = BROKEN;
    try {
      const answer = await this.#sender.send(message, context);
      if (!isOutcome(answer)) throw new TypeError('the sender answered something that is no outcome');
      outcome = answer;
      if (answer.kind === 'retryable' && answer.error !== undefined) this.#broken(answer.error);
    } catch (error) {
      this.#broken(error);
    }
    end(outcome);
  }

  /** The clock is asked as well: a process that was frozen may send again before its timers have fired. */
  #joinable(): Cohort | null {
    const youngest = this.#youngest;
    if (youngest === null) return null;
    return Math.abs(this.#clock.now() - youngest.openedAt) <= COHORT_MS ? youngest : null;
  }

  #openCohort(): Cohort {
    const cohort: Cohort = {
      openedAt: this.#clock.now(),
      signal: new StopController(),
      ended: new StopController(),
      sends: new Set(),
    };
    this.#cohorts.add(cohort);
    this.#youngest = cohort;
    void this.#watch(cohort);
    void this.#clock.sleep(COHORT_MS, cohort.ended).then(() => this.#takeNoMore(cohort));
    return cohort;
  }

  #takeNoMore(cohort: Cohort): void {
    if (this.#youngest === cohort) this.#youngest = null;
  }

  #endCohort(cohort: Cohort): void {
    this.#takeNoMore(cohort);
    this.#cohorts.delete(cohort);
    cohort.ended.abort();
  }

  async #watch(cohort: Cohort): Promise<void> {
    await deadline(this.#clock, this.#timeoutMs + ABORT_GRACE_MS, cohort.ended);
    await this.#abort(cohort);
  }

  async #abort(cohort: Cohort): Promise<void> {
    if (cohort.ended.aborted || cohort.signal.aborted) return;
    this.#takeNoMore(cohort);
    cohort.signal.abort();
    await deadline(this.#clock, ANSWER_GRACE_MS, cohort.ended);
    giveUp(cohort);
  }
}

function giveUp(cohort: Cohort): void {
  for (const end of [...cohort.sends]) end(GIVEN_UP);
}
