import type { RefusalReason } from './webhook-verifier.ts';

/** The events of `onEvent`, for logs and metrics. */
export type ReceiverEvent =
  /** The handler did its work, and this is remembered. */
  | { readonly kind: 'completed'; readonly id: string }
  /** A copy of what was completed; the handler was not called. */
  | { readonly kind: 'copy_dropped'; readonly id: string }
  /** A copy came while the handler was at work on another: 425. */
  | { readonly kind: 'copy_deferred'; readonly id: string }
  /** The handler threw, or refused: nothing is remembered. */
  | { readonly kind: 'abandoned'; readonly id: string }
  /** The signature, its time or the body's size is wrong. */
  | { readonly kind: 'refused'; readonly reason: RefusalReason | 'body_too_large' }
  /** The handler took longer than its lease and another copy was begun: it may have been called twice. */
  | { readonly kind: 'lease_lost'; readonly id: string }
  /**
   * The store failed. At `begin` the handler was not called: 503. At `complete` it has done its work and the sender gets that answer,
   * but a later copy would not be known. At `abandon` the next copy waits for the end of the lease.
   */
  | {
      readonly kind: 'store_failed';
      readonly operation: 'begin' | 'complete' | 'abandon';
      readonly id: string;
      readonly error: unknown;
    };
