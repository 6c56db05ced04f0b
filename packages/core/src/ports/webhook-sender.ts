import type { Message } from '../message/message.ts';
import type { StopSignal } from './stop-signal.ts';

/**
 * Makes one webhook call. Never throws or rejects for what a network or a receiver can do, and always answers: within its own
 * time-out, or soon after `signal` aborts. Makes no attempts of its own. Several calls run at the same time. A response that arrived in time
 * counts, also where the process was frozen or its event loop blocked until the time was over: when a deadline fires, what can be read is read
 * first.
 */
export interface WebhookSender {
  send(message: Message, context: SendContext): Promise<SendOutcome>;
}

export interface SendContext {
  /** 1-based. */
  readonly attempt: number;
  /** Aborts when the call must end. What may have reached the receiver by then is `ambiguous`. */
  readonly signal: StopSignal;
  /** The W3C `traceparent` of the attempt's own span, which goes to the receiver in place of the message's. Ignored when it is invalid. */
  readonly traceparent?: string;
}

export type SendOutcome = Accepted | Retryable | Permanent | Ambiguous;

/** The receiver took it. */
export interface Accepted {
  readonly kind: 'accepted';
  readonly webhookMessageId?: string;
}

/** It certainly did not take effect and may later: refused connection, 429, 500. */
export interface Retryable {
  readonly kind: 'retryable';
  readonly reason: string;
  /** The receiver's own wish, from now. */
  readonly retryAfterMs?: number;
  /**
   * The receiver is busy. With a `retryAfterMs` above 0, claiming pauses for that long and until one message has got another answer, and the attempt does
   * not count.
   */
  readonly busy?: boolean;
  /** What code of the embedding app threw before anything was sent. It is told as `dispatcher.failed` with its stack, and not stored. */
  readonly error?: unknown;
}

/** It will never be taken as it is. */
export interface Permanent {
  readonly kind: 'permanent';
  readonly reason: string;
  /** `gone`: stop until an operator starts again (410). `refusing`: it is not about this message (3xx, 401, 403, 404). */
  readonly endpoint?: 'gone' | 'refusing';
}

/** The request may have reached the receiver and its outcome is not known. */
export interface Ambiguous {
  readonly kind: 'ambiguous';
  readonly reason: string;
}
