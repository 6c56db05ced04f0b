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
  /** The error that code of the embedding app threw before anything was sent. It is reported as `dispatcher.failed` with its stack, and not stored. */
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
