import type { MessageStatus } from '@messaging-system/core';
import type { AmbiguityPolicy, NewMessage, SendOutcome, Settlement } from '@messaging-system/core/adapter';

/** One request at the receiver: what really happened, which no process knows for sure. */
export interface SentRequest {
  readonly message: ModelMessage;
  readonly lease: ModelLease;
  readonly generation: number;
  readonly attempt: number;
  readonly begunAt: number;
  /** The endpoint was known to fail when it began, or since, or the receiver asked to wait: then a failure does not count. */
  isUncounted: boolean;
  /** Null until its process knows; for ever when that process is gone. */
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
  /** The sent cache's answer under this lease; `perhaps`: that it is known, too late perhaps. */
  recall: 'not_asked' | 'asked' | 'no_answer' | 'unknown' | 'perhaps' | 'known';
  /** The provider's answer, and its time. */
  reconciled: { readonly kind: string; readonly at: number } | null;
}

/** The record that the store must have of a message, and its real history. */
export class ModelMessage {
  readonly id: string;
  /** How the trace calls it. */
  readonly name: string;
  readonly phoneNumber: string;
  readonly content: string;
  readonly idempotencyKey: string | null;
  readonly isForeign: boolean;
  status: MessageStatus = 'unsent';
  availableAt: number | null;
  dueAt: number | null;
  expiresAt: number | null;
  attempts = 0;
  lostLeases = 0;
  inDoubt = false;
  webhookMessageId: string | null = null;
  sentAt: number | null = null;
  settledAt: number | null = null;
  reason: string | null = null;
  historyLength = 0;
  lease: ModelLease | null = null;
  settledBy: string | null = null;
  /** Grows with each redrive: an operator's second send does not count as a copy. */
  generation = 0;
  /** In the order of the claims, of all generations. */
  readonly leases: ModelLease[] = [];
  readonly requests: SentRequest[] = [];

  /** @param asked as it was enqueued, or the texts alone that another service has left */
  constructor(id: string, name: string, asked: NewMessage | Texts) {
    this.id = id;
    this.name = name;
    this.phoneNumber = asked.phoneNumber;
    this.content = asked.content;
    this.isForeign = !('createdAt' in asked);
    const own = 'createdAt' in asked ? asked : null;
    this.idempotencyKey = own?.idempotencyKey ?? null;
    this.expiresAt = own?.expiresAt ?? null;
    this.dueAt = this.availableAt = own?.sendAt ?? own?.createdAt ?? null;
  }
}

export interface Texts {
  readonly phoneNumber: string;
  readonly content: string;
}
