import type { Message, NewMessage } from './message.ts';
import { withMetadata } from './metadata.ts';
import { validTraceparent } from './traceparent.ts';

/** Somebody holds the message. It ends at the message's `leasedUntil`, which is kept nowhere else. */
export interface Lease {
  /** Fences: a change by any other token is stale. */
  readonly token: string;
  /** Whether the holder journals the beginning of each attempt. */
  readonly journals: boolean;
  /** When the holder journaled the beginning of its attempt; null before. */
  readonly begunAt: number | null;
}

interface Kept {
  /** The outcome of an earlier attempt is unknown: a delivery may have happened that nobody recorded. */
  readonly inDoubt: boolean;
  /** The token of the last settle that was stored, so that a repeated one is known for what it is. */
  readonly settledBy: string | null;
}

/** Only an unsent message can be leased. */
export interface LeasedMessage extends Kept {
  readonly message: Message & { readonly status: 'unsent'; readonly leasedUntil: number };
  readonly lease: Lease;
}

/** Nobody holds it. */
export interface FreeMessage extends Kept {
  readonly message: Message & { readonly leasedUntil: null };
  readonly lease: null;
}

/**
 * A message with what a store keeps besides: the lease and its journal. The transitions next to this
 * file are the reference semantics; a store that works on rows or documents does the same.
 */
export type StoredMessage = LeasedMessage | FreeMessage;

/** A new message as it is first stored. */
export function storedFrom(id: string, asked: NewMessage): FreeMessage {
  const dueAt = asked.sendAt ?? asked.createdAt;
  return {
    message: withMetadata(asked.metadata, {
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
    }),
    lease: null,
    inDoubt: false,
    settledBy: null,
  };
}

/**
 * A record as a store holds it. A lease is dropped where the message is not `unsent`: the Go service leaves ours on what it
 * marks as sent. One whose end cannot be read ends with `availableAt`, as every lease does.
 */
export function storedMessage({
  message,
  lease,
  inDoubt,
  settledBy,
}: Kept & { readonly message: Message; readonly lease: Lease | null }): StoredMessage {
  const { status, leasedUntil, availableAt } = message;
  if (lease !== null && status === 'unsent') {
    const leased = { ...message, status, leasedUntil: leasedUntil ?? availableAt ?? 0 };
    return { message: leased, lease, inDoubt, settledBy };
  }
  const free = isUnleased(message) ? message : { ...message, leasedUntil: null };
  return { message: free, lease: null, inDoubt, settledBy };
}

function isUnleased(message: Message): message is FreeMessage['message'] {
  return message.leasedUntil === null;
}
