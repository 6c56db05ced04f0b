import type { Message } from '../message/message.ts';
import type { Clock } from '../ports/clock.ts';
import type { SendContext, SendOutcome, WebhookSender } from '../ports/webhook-sender.ts';
import { StopController } from './stop-controller.ts';

interface Watched {
  readonly abortAt: number;
  readonly signal: StopController;
  isAborted: boolean;
  readonly force: (outcome: SendOutcome) => void;
}

// The sender has its own time-out and knows best what happened; these are for one that forgets it.
const ABORT_GRACE_MS = 500;
const ANSWER_GRACE_MS = 1_000;

/**
 * Calls the sender so that every call ends: one that outlives the time-out is aborted, one that ignores that is given up as ambiguous. One timer serves
 * all sends, since they end in the order in which they began.
 */
export class SendWatchdog {
  readonly #sender: WebhookSender;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #watched = new Set<Watched>();
  readonly #end = new StopController();
  #isWatching = false;

  constructor(sender: WebhookSender, clock: Clock, timeoutMs: number) {
    this.#sender = sender;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Never rejects: a sender that throws has broken its contract, and nobody knows what it did before. */
  async send(message: Message, attempt: number): Promise<SendOutcome> {
    const signal = new StopController();
    const { promise: forced, resolve: force } = Promise.withResolvers<SendOutcome>();
    const watched: Watched = {
      abortAt: this.#clock.now() + this.#timeoutMs + ABORT_GRACE_MS,
      signal,
      isAborted: false,
      force,
    };
    this.#watched.add(watched);
    this.#watch();
    const outcome = await Promise.race([this.#call(message, { attempt, signal }), forced]);
    this.#watched.delete(watched);
    return outcome;
  }

  /** Cuts off every send that is under way; the ones that do not answer to it end as ambiguous a moment later. */
  abortAll(): void {
    for (const watched of this.#watched) this.#abort(watched);
  }

  /** No more sends come: the timer ends. */
  close(): void {
    this.#end.abort();
  }

  async #call(message: Message, context: SendContext): Promise<SendOutcome> {
    try {
      return await this.#sender.send(message, context);
    } catch {
      return { kind: 'ambiguous', reason: 'sender_failed' };
    }
  }

  #abort(watched: Watched): void {
    if (watched.isAborted) return;
    watched.isAborted = true;
    watched.signal.abort();
    void this.#clock.sleep(ANSWER_GRACE_MS, this.#end).then(() => {
      watched.force({ kind: 'ambiguous', reason: 'timeout' });
    });
  }

  #watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    void this.#watchUntilEmpty();
  }

  async #watchUntilEmpty(): Promise<void> {
    while (this.#watched.size > 0 && !this.#end.aborted) {
      const now = this.#clock.now();
      let waitMs = this.#timeoutMs + ABORT_GRACE_MS;
      for (const watched of this.#watched) {
        if (watched.isAborted) continue;
        if (watched.abortAt > now) {
          waitMs = Math.min(waitMs, watched.abortAt - now);
          break;
        }
        this.#abort(watched);
      }
      await this.#clock.sleep(waitMs, this.#end);
    }
    this.#isWatching = false;
  }
}
