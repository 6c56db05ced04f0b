import type { Message } from '../message/message.ts';
import type { SendOutcome } from '../message/send-outcome.ts';
import type { StopSignal } from './stop-signal.ts';

/**
 * Makes one webhook call. Never throws or rejects for what a network or a receiver can do, and always answers: within its own
 * time-out, or soon after `signal` aborts. Makes no attempts of its own. Several calls run at the same time. A response that arrived in time
 * counts, also where the process was frozen or its event loop blocked until the time was over: when a deadline fires, what can be read is read
 * first.
 */
export interface WebhookSender {
  /** How long one call may take, in milliseconds. The dispatcher begins no send with less of its lease left. */
  readonly timeoutMs: number;

  send(message: Message, context: SendContext): Promise<SendOutcome>;
}

export interface SendContext {
  /** 1-based. */
  readonly attempt: number;
  /** Aborts when the call must end. A message that may have reached the receiver by then is `ambiguous`. */
  readonly signal: StopSignal;
  /** The W3C `traceparent` of the attempt's own span, which goes to the receiver in place of the message's. Ignored when it is invalid. */
  readonly traceparent?: string;
}
