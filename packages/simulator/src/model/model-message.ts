import type { MessageStatus } from '@messaging-system/core';
import type { AmbiguityPolicy, SendOutcome, Settlement } from '@messaging-system/core/adapter';

/** One request at the receiver: what really happened, which no process knows for sure. */
export interface SentRequest {
  readonly message: ModelMessage;
  readonly lease: ModelLease;
  readonly generation: number;
  readonly attempt: number;
  readonly begunAt: number;
  /** The endpoint was known to fail when it began, or since, or the receiver asked to wait: then a failure does not count. */
  isUncounted: boolean;
  /** Null until its process was told; for ever when that process is gone. */
  outcome: SendOutcome | null;
  isOnTheWay: boolean;
  isAccepted: boolean;
}

/** One claim of one message. */
export interface ModelLease {
  readonly token: string;
  /** Which run of which process claimed. */
  readonly holder: object;
  readonly policy: AmbiguityPolicy;
  /** Of the message, when it was claimed. */
  readonly generation: number;
  readonly journals: boolean;
  /** Lost leases of it may have begun: it is sent alone, and journaled whatever the policy. */
  readonly isSuspect: boolean;
  /** Claimed to see whether the endpoint is back: a failure does not count. */
  readonly isProbe: boolean;
  /** An earlier delivery may have happened: the sent cache has to be asked. */
  readonly isDoubtful: boolean;
  /** An earlier attempt's outcome is unknown: the policy has to decide. */
  readonly inDoubt: boolean;
  leasedUntil: number;
  isBegun: boolean;
  end: 'settled' | 'released' | 'taken_over' | 'cancelled' | null;
  settlement: Settlement | null;
  request: SentRequest | null;
  /** What the sent cache answered when it was asked under this lease; `perhaps`: that it is known, too late perhaps. */
  recall: 'not_asked' | 'asked' | 'no_answer' | 'unknown' | 'perhaps' | 'known';
  /** What the provider answered, and when. */
  reconciled: { readonly kind: string; readonly at: number } | null;
}

/** What the store must have of a message, and what really happened to it. */
export interface ModelMessage {
  readonly id: string;
  /** How the trace calls it. */
  readonly name: string;
  readonly phoneNumber: string;
  readonly content: string;
  readonly idempotencyKey: string | null;
  readonly isForeign: boolean;
  status: MessageStatus;
  availableAt: number | null;
  dueAt: number | null;
  expiresAt: number | null;
  attempts: number;
  lostLeases: number;
  inDoubt: boolean;
  webhookMessageId: string | null;
  sentAt: number | null;
  settledAt: number | null;
  reason: string | null;
  historyLength: number;
  lease: ModelLease | null;
  settledBy: string | null;
  /** Grows with each redrive: an operator's second send is no copy. */
  generation: number;
  /** In the order of the claims, of all generations. */
  readonly leases: ModelLease[];
  readonly requests: SentRequest[];
}
