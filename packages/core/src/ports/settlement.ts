import type { DeliveryAttempt } from '../message/delivery-attempt.ts';

interface SettlementBase {
  readonly id: string;
  /**
   * The request that was made under this lease. It is appended to the history, and counted unless it is marked `uncounted`. Null when no request was made
   * (a recall, an expiry).
   */
  readonly attempt: DeliveryAttempt | null;
}

/** Accepted by the receiver: the message becomes `sent`. */
export interface Ack extends SettlementBase {
  readonly kind: 'ack';
  readonly sentAt: number;
  readonly webhookMessageId: string | null;
  readonly settledAt: number;
}

/** Try later: it stays `unsent`, due from `availableAt` on, and queues there. */
export interface Nack extends SettlementBase {
  readonly kind: 'nack';
  readonly availableAt: number;
  /** Whether the outcome of an attempt is unknown, so that the next claimant has to decide first. */
  readonly inDoubt: boolean;
  readonly reason: string;
}

/** Given up: the message becomes `failed`. */
export interface DeadLetter extends SettlementBase {
  readonly kind: 'deadLetter';
  readonly reason: string;
  readonly settledAt: number;
}

/** Nobody knows whether it was delivered: the message becomes `unknown` until an operator decides. */
export interface Hold extends SettlementBase {
  readonly kind: 'hold';
  readonly reason: string;
  readonly settledAt: number;
}

export type Settlement = Ack | Nack | DeadLetter | Hold;
