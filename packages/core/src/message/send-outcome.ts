import type { AttemptResponse } from './attempt-response.ts';

export type SendOutcome = Accepted | Retryable | Permanent | Ambiguous;

interface Answered {
  /** The response of the receiver, to be kept with the attempt for people to read. The sender removes secrets from it. */
  readonly response?: AttemptResponse;
}

/** The receiver took it. */
export interface Accepted extends Answered {
  readonly kind: 'accepted';
  readonly webhookMessageId?: string;
}

/** It certainly did not take effect and may later: refused connection, 429, 500. */
export interface Retryable extends Answered {
  readonly kind: 'retryable';
  readonly reason: string;
  /** The receiver's own wish, from now. */
  readonly retryAfterMs?: number;
  /**
   * The receiver is busy. With a `retryAfterMs` above 0, claiming pauses for that long and until one message has got another answer, and the attempt does
   * not count.
   */
  readonly busy?: boolean;
  /** `down`: nobody can be sent anything at present (no access token, say), so nothing was sent. The circuit breaker opens at once, and the attempt does not count. */
  readonly endpoint?: 'down';
  /** The error that code of the embedding app threw before anything was sent. It is reported as `dispatcher.failed` with its stack, and not stored. */
  readonly error?: unknown;
}

/** It will never be taken as it is. */
export interface Permanent extends Answered {
  readonly kind: 'permanent';
  readonly reason: string;
  /** `gone`: stop until an operator starts again (410). `refusing`: it is not about this message (3xx, 401, 403, 404). */
  readonly endpoint?: 'gone' | 'refusing';
  /**
   * The message can't be made into a request (a field that the receiver requires is missing, say), so none was made: the message has failed without an attempt, and
   * nothing was learnt of the receiver.
   */
  readonly noRequest?: true;
}

/** The request may have reached the receiver and its outcome is not known. */
export interface Ambiguous extends Answered {
  readonly kind: 'ambiguous';
  readonly reason: string;
}
