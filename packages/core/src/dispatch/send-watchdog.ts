import type { Message } from '../message/message.ts';
import type { SendOutcome } from '../message/send-outcome.ts';
import { isOutcome, wrongAnswer } from '../ports/adapter-answers.ts';
import type { Clock } from '../ports/clock.ts';
import type { SendContext, WebhookSender } from '../ports/webhook-sender.ts';
import { deadline } from './deadline.ts';
import { StopController } from './stop-controller.ts';

/** Sends that began next to each other: they share the signal that the sender sees, and the timers. */
interface SendGroup {
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
/** How much later than its first send a group's last may begin: so much of its grace may be missing. */
const GROUP_MS = 50;

const GIVEN_UP: SendOutcome = { kind: 'ambiguous', reason: 'timeout' };
const BROKEN: SendOutcome = { kind: 'ambiguous', reason: 'sender_failed' };

/**
 * Calls the sender so that every call ends: one that outlives the time-out is aborted, one that ignores that is given up as ambiguous. Time is what
 * passes, not what the clock shows: a clock that is set must not end the sends that are under way. Nor does a freeze of the process: an answer that has arrived is read first.
 *
 * Modes of a group of sends: open (takes more for {@link GROUP_MS}) -> under way -> aborted (at the time-out, or
 * cut off) -> given up. A group ends as soon as each of its sends has ended.
 */
export class SendWatchdog {
  readonly #sender: WebhookSender;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #broken: (error: unknown) => void;
  readonly #groups = new Set<SendGroup>();
  #youngest: SendGroup | null = null;

  /** @param broken hears what was wrong when the sender threw, or answered something that is not an outcome or that carries an error */
  constructor(sender: WebhookSender, clock: Clock, broken: (error: unknown) => void) {
    this.#sender = sender;
    this.#clock = clock;
    this.#timeoutMs = sender.timeoutMs;
    this.#broken = broken;
  }

  /** Never rejects: a sender that throws has broken its contract, and nobody knows what it did before. */
  send(message: Message, attempt: number): Promise<SendOutcome> {
    const group = this.#joinable() ?? this.#openGroup();
    return new Promise((resolve) => {
      const end = (outcome: SendOutcome): void => {
        if (!group.sends.delete(end)) return;
        if (group.sends.size === 0) this.#endGroup(group);
        resolve(outcome);
      };
      group.sends.add(end);
      void this.#call(message, { attempt, signal: group.signal }, end);
    });
  }

  /** Cuts off every send that is under way; the ones that do not answer to it end as ambiguous a moment later. */
  abortAll(): void {
    for (const group of this.#groups) void this.#abort(group);
  }

  /** Ends every send that is under way now, as ambiguous. */
  close(): void {
    for (const group of this.#groups) giveUp(group);
  }

  async #call(message: Message, context: SendContext, end: (outcome: SendOutcome) => void): Promise<void> {
    let outcome = BROKEN;
    try {
      const answer = await this.#sender.send(message, context);
      if (!isOutcome(answer)) throw new TypeError(wrongAnswer('send', 'sender', answer));
      outcome = answer;
      if (answer.kind === 'retryable' && answer.error !== undefined) this.#broken(answer.error);
    } catch (error) {
      this.#broken(error);
    }
    end(outcome);
  }

  /** The clock is asked as well: a process that was frozen may send again before its timers have fired. */
  #joinable(): SendGroup | null {
    const youngest = this.#youngest;
    if (youngest === null) return null;
    return Math.abs(this.#clock.now() - youngest.openedAt) <= GROUP_MS ? youngest : null;
  }

  #openGroup(): SendGroup {
    const group: SendGroup = {
      openedAt: this.#clock.now(),
      signal: new StopController(),
      ended: new StopController(),
      sends: new Set(),
    };
    this.#groups.add(group);
    this.#youngest = group;
    void this.#watch(group);
    void this.#clock.sleep(GROUP_MS, group.ended).then(() => this.#takeNoMore(group));
    return group;
  }

  #takeNoMore(group: SendGroup): void {
    if (this.#youngest === group) this.#youngest = null;
  }

  #endGroup(group: SendGroup): void {
    this.#takeNoMore(group);
    this.#groups.delete(group);
    group.ended.abort();
  }

  async #watch(group: SendGroup): Promise<void> {
    await deadline(this.#clock, this.#timeoutMs + ABORT_GRACE_MS, group.ended);
    await this.#abort(group);
  }

  async #abort(group: SendGroup): Promise<void> {
    if (group.ended.aborted || group.signal.aborted) return;
    this.#takeNoMore(group);
    group.signal.abort();
    await deadline(this.#clock, ANSWER_GRACE_MS, group.ended);
    giveUp(group);
  }
}

function giveUp(group: SendGroup): void {
  for (const end of [...group.sends]) end(GIVEN_UP);
}
