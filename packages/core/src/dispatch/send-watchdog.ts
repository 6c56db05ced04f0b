import type { Message } from '../message/message.ts';
import type { Clock } from '../ports/clock.ts';
import type { SendContext, SendOutcome, WebhookSender } from '../ports/webhook-sender.ts';
import { StopController } from './stop-controller.ts';

interface Watched {
  /** What the sender sees. */
  readonly signal: StopController;
  /** Ends the timers. */
  readonly ended: StopController;
  readonly force: (outcome: SendOutcome) => void;
}

// The sender has its own time-out and knows best what happened; these are for one that forgets it.
const ABORT_GRACE_MS = 500;
const ANSWER_GRACE_MS = 1_000;

const GIVEN_UP: SendOutcome = { kind: 'ambiguous', reason: 'timeout' };
const BROKEN: SendOutcome = { kind: 'ambiguous', reason: 'sender_failed' };
const KINDS: ReadonlySet<unknown> = new Set<SendOutcome['kind']>([
  'accepted',
  'retryable',
  'permanent',
  'ambiguous',
]);

/**
 * Calls the sender so that every call ends: one that outlives the time-out is aborted, one that ignores that is given up as ambiguous. Time is what
 * passes, not what the clock shows: a clock that is set must not end the sends that are under way.
 */
export class SendWatchdog {
  readonly #sender: WebhookSender;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #watched = new Set<Watched>();

  constructor(sender: WebhookSender, clock: Clock, timeoutMs: number) {
    this.#sender = sender;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Never rejects: a sender that throws has broken its contract, and nobody knows what it did before. */
  async send(message: Message, attempt: number): Promise<SendOutcome> {
    const signal = new StopController();
    const { promise: forced, resolve: force } = Promise.withResolvers<SendOutcome>();
    const watched: Watched = { signal, ended: new StopController(), force };
    this.#watched.add(watched);
    void this.#watch(watched);
    const outcome = await Promise.race([this.#call(message, { attempt, signal }), forced]);
    this.#watched.delete(watched);
    watched.ended.abort();
    return outcome;
  }

  /** Cuts off every send that is under way; the ones that do not answer to it end as ambiguous a moment later. */
  abortAll(): void {
    for (const watched of this.#watched) void this.#abort(watched);
  }

  /** Ends every send that is under way now, as ambiguous. */
  close(): void {
    for (const watched of this.#watched) watched.force(GIVEN_UP);
  }

  async #call(message: Message, context: SendContext): Promise<SendOutcome> {
    try {
      const outcome = await this.#sender.send(message, context);
      return KINDS.has(outcome?.kind) ? outcome : BROKEN;
    } catch {
      return BROKEN;
    }
  }

  async #watch(watched: Watched): Promise<void> {
    await this.#clock.sleep(this.#timeoutMs + ABORT_GRACE_MS, watched.ended);
    await this.#abort(watched);
  }

  async #abort(watched: Watched): Promise<void> {
    if (watched.ended.aborted || watched.signal.aborted) return;
    watched.signal.abort();
    await this.#clock.sleep(ANSWER_GRACE_MS, watched.ended);
    watched.force(GIVEN_UP);
  }
}
