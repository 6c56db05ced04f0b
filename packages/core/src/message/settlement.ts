import type { DeliveryAttempt } from './delivery-attempt.ts';

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

// Each settlement is made by one of these. Without an attempt, no request was made under the lease.

export function ack(
  id: string,
  webhookMessageId: string | null,
  sentAt: number,
  settledAt: number,
  attempt: DeliveryAttempt | null = null,
): Ack {
  return { kind: 'ack', id, webhookMessageId, sentAt, settledAt, attempt };
}

export function nack(
  id: string,
  reason: string,
  availableAt: number,
  inDoubt: boolean,
  attempt: DeliveryAttempt | null = null,
): Nack {
  return { kind: 'nack', id, availableAt, inDoubt, reason, attempt };
}

export function deadLetter(
  id: string,
  reason: string,
  settledAt: number,
  attempt: DeliveryAttempt | null = null,
): DeadLetter {
  return { kind: 'deadLetter', id, reason, settledAt, attempt };
}

export function hold(
  id: string,
  reason: string,
  settledAt: number,
  attempt: DeliveryAttempt | null = null,
): Hold {
  return { kind: 'hold', id, reason, settledAt, attempt };
}
