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

/** Leaves out what only the store needs. */
export function toMessage(stored: StoredMessage): Message {
  const { leaseToken, leaseJournals, begunAt, inDoubt, settledBy, ...message } = stored;
  return message;
}
