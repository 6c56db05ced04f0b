import type { Message, NewMessage } from './message.ts';
import { validTraceparent } from './traceparent.ts';

/**
 * A message with what a store keeps besides: the lease and its journal. The transitions beside this
 * file are the reference semantics; a store that works on rows or documents does the same.
 */
export interface StoredMessage extends Message {
  /** Null when nobody holds it. */
  readonly leaseToken: string | null;
  /** Whether the holder journals the beginning of each attempt. Meaningless without a lease. */
  readonly leaseJournals: boolean;
  /** When the holder journaled the beginning of its attempt; null before. */
  readonly begunAt: number | null;
  /** The outcome of an earlier attempt is unknown: a delivery may have happened that nobody recorded. */
  readonly inDoubt: boolean;
  /** The token of the last settle that was stored, so that a repeated one is known for what it is. */
  readonly settledBy: string | null;
}

export function storedFrom(id: string, asked: NewMessage): StoredMessage {
  const dueAt = asked.sendAt ?? asked.createdAt;
  return {
    id,
    phoneNumber: asked.phoneNumber,
    content: asked.content,
    status: 'unsent',
    webhookMessageId: null,
    sentAt: null,
    createdAt: asked.createdAt,
    sendAt: asked.sendAt,
    expiresAt: asked.expiresAt,
    idempotencyKey: asked.idempotencyKey,
    dueAt,
    availableAt: dueAt,
    leasedUntil: null,
    settledAt: null,
    attempts: 0,
    lostLeases: 0,
    reason: null,
    history: [],
    traceparent: validTraceparent(asked.traceparent),
    leaseToken: null,
    leaseJournals: false,
    begunAt: null,
    inDoubt: false,
    settledBy: null,
  };
}

/** Leaves out what only the store needs. Field by field: a rest pattern takes thirty times as long, for every message that is claimed. */
export function toMessage(stored: StoredMessage): Message {
  return {
    id: stored.id,
    phoneNumber: stored.phoneNumber,
    content: stored.content,
    status: stored.status,
    webhookMessageId: stored.webhookMessageId,
    sentAt: stored.sentAt,
    createdAt: stored.createdAt,
    sendAt: stored.sendAt,
    expiresAt: stored.expiresAt,
    idempotencyKey: stored.idempotencyKey,
    dueAt: stored.dueAt,
    availableAt: stored.availableAt,
    leasedUntil: stored.status === 'unsent' ? stored.leasedUntil : null,
    settledAt: stored.settledAt,
    attempts: stored.attempts,
    lostLeases: stored.lostLeases,
    reason: stored.reason,
    history: stored.history,
    traceparent: stored.traceparent,
  };
}
