/** What a caller asks to have delivered. Instants are epoch ms, not before 2001: those would be epoch seconds, which are refused. */
export interface EnqueueRequest {
  readonly phoneNumber: string;
  readonly content: string;
  /** The same key stores one message, however often it is asked for. 1 to 255 characters. */
  readonly idempotencyKey?: string;
  /** Not before. */
  readonly sendAt?: number;
  /** Not from then on; must be later than now and than `sendAt`. */
  readonly expiresAt?: number;
  /**
   * The W3C `traceparent` of the span that it belongs to; absent takes the one that is active (`MessagesDependencies.traceContext`), null takes none. An
   * invalid one is ignored. No part of what is asked for: a repeat with another one is the same request, and keeps the first.
   */
  readonly traceparent?: string | null;
}

/** One thing that is wrong with one request. */
export interface EnqueueProblem {
  /** Position in the call. */
  readonly index: number;
  readonly field: keyof EnqueueRequest;
  readonly problem: string;
}
