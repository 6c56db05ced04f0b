import { type Answer, done, inProgress, refusal, refusedByHandler, storeUnavailable } from './answer.ts';
import type { Delivery } from './delivery.ts';
import type { ReceiverEvent } from './receiver-event.ts';
import type { Begun, SeenStore } from './seen-store.ts';
import { type Incoming, WebhookVerifier, type WebhookVerifierOptions } from './webhook-verifier.ts';
import { wholeNumber } from './whole-number.ts';

export interface WebhookReceiverOptions extends WebhookVerifierOptions {
  readonly seenStore: SeenStore;
  /** Longer than the handler ever takes; default 60,000. A crash holds up the next copy for at most so long. */
  readonly leaseMs?: number | undefined;
  /** How long a webhook is remembered; default 604,800,000 (7 days). Longer than the sender goes on. */
  readonly keepMs?: number | undefined;
  /** The largest body; default 1,048,576. */
  readonly maxBodyBytes?: number | undefined;
  /** Told what happens, for logs and metrics. Its errors are ignored. */
  readonly onEvent?: ((event: ReceiverEvent) => void) | undefined;
}

/**
 * The result of a handler. Nothing, or a `messageId` that every copy is answered with: it is done. `refuse`, a status from 400 to 599:
 * nothing is remembered, and the sender makes of it what it makes of that status.
 */
export type Handled = { readonly messageId?: string | undefined } | { readonly refuse: number } | undefined;

// Handlers that return nothing are written as functions of void.
// biome-ignore lint/suspicious/noConfusingVoidType: see above
export type HandlerResult = Handled | void;

export type Handler = (delivery: Delivery) => HandlerResult | Promise<HandlerResult>;

const MINUTE_MS = 60_000;
const WEEK_MS = 604_800_000;
const MEBIBYTE = 1_048_576;

/**
 * Lets a handler see each webhook once, however many copies arrive, at once or one after another, here or at another receiver with the
 * same store. A handler that throws, refuses or dies has not seen it: the next copy is given to it again.
 */
export class WebhookReceiver {
  readonly maxBodyBytes: number;
  readonly #verifier: WebhookVerifier;
  readonly #seenStore: SeenStore;
  readonly #leaseMs: number;
  readonly #keepMs: number;
  readonly #onEvent: (event: ReceiverEvent) => void;

  /** @throws ReceiverError `invalid_options` */
  constructor(options: WebhookReceiverOptions) {
    this.maxBodyBytes = wholeNumber('maxBodyBytes', options.maxBodyBytes ?? MEBIBYTE, 1);
    this.#verifier = new WebhookVerifier(options);
    this.#seenStore = options.seenStore;
    this.#leaseMs = wholeNumber('leaseMs', options.leaseMs ?? MINUTE_MS, 1);
    this.#keepMs = wholeNumber('keepMs', options.keepMs ?? WEEK_MS, 1);
    this.#onEvent = options.onEvent ?? (() => undefined);
  }

  /**
   * The answer for the sender. The result is stored before the answer. Rejects with what the handler threw, after its lease was
   * given up: answer 500 then.
   */
  async receive(incoming: Incoming, handle: Handler): Promise<Answer> {
    if (incoming.rawBody.byteLength > this.maxBodyBytes) return this.refuseTooLarge();
    const verdict = this.#verifier.verify(incoming);
    if (verdict.kind === 'refused') {
      this.#tell({ kind: 'refused', reason: verdict.reason });
      return refusal(verdict.reason);
    }
    const { delivery } = verdict;
    const begun = await this.#begin(delivery.id);
    switch (begun?.kind) {
      case undefined:
        return storeUnavailable();
      case 'completed':
        this.#tell({ kind: 'copy_dropped', id: delivery.id });
        return done(begun.messageId);
      case 'in_progress':
        this.#tell({ kind: 'copy_deferred', id: delivery.id });
        return inProgress();
      case 'begun':
        return await this.#handle(delivery, begun.token, handle);
    }
  }

  /** The answer to a body beyond `maxBodyBytes`, for what reads bodies. */
  refuseTooLarge(): Answer {
    this.#tell({ kind: 'refused', reason: 'body_too_large' });
    return refusal('body_too_large');
  }

  async #handle(delivery: Delivery, token: string, handle: Handler): Promise<Answer> {
    const { id } = delivery;
    let messageId: string | null;
    try {
      const handled = (await handle(delivery)) ?? {};
      if ('refuse' in handled) {
        const answer = refusedByHandler(handled.refuse);
        await this.#abandon(id, token);
        return answer;
      }
      messageId = handled.messageId === undefined ? null : String(handled.messageId);
    } catch (error) {
      await this.#abandon(id, token);
      throw error;
    }
    await this.#complete(id, token, messageId);
    return done(messageId);
  }

  async #begin(id: string): Promise<Begun | null> {
    try {
      return await this.#seenStore.begin(id, { leaseMs: this.#leaseMs });
    } catch (error) {
      this.#tell({ kind: 'store_failed', operation: 'begin', id, error });
      return null;
    }
  }

  // The work is done: even if it cannot be remembered, the sender must not send again.
  async #complete(id: string, token: string, messageId: string | null): Promise<void> {
    try {
      const completed = await this.#seenStore.complete(id, token, { keepMs: this.#keepMs, messageId });
      this.#tell({ kind: completed === 'stale' ? 'lease_lost' : 'completed', id });
    } catch (error) {
      this.#tell({ kind: 'store_failed', operation: 'complete', id, error });
    }
  }

  async #abandon(id: string, token: string): Promise<void> {
    try {
      await this.#seenStore.abandon(id, token);
      this.#tell({ kind: 'abandoned', id });
    } catch (error) {
      this.#tell({ kind: 'store_failed', operation: 'abandon', id, error });
    }
  }

  #tell(event: ReceiverEvent): void {
    try {
      this.#onEvent(event);
    } catch {
      // An observer has no say in what becomes of a webhook.
    }
  }
}
