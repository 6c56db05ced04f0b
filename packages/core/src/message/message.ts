import type { DeliveryAttempt } from './delivery-attempt.ts';
import type { MessageStatus } from './message-status.ts';
import { type Metadata, sameMetadata } from './metadata.ts';

/** A message as everyone outside the store sees it. Instants are epoch ms. */
export interface Message {
  /** Opaque; the stores of this project make 24 hex digits. */
  readonly id: string;
  readonly phoneNumber: string;
  readonly content: string;
  readonly status: MessageStatus;
  /** The receiver's own id for the message, when it gave one. */
  readonly webhookMessageId: string | null;
  /** When the receiver accepted it. Null also for documents of another service that never stored it. */
  readonly sentAt: number | null;
  /** Null for documents that another service wrote. */
  readonly createdAt: number | null;
  /** The caller's earliest time for the first attempt. */
  readonly sendAt: number | null;
  /** From this instant on it is not sent any more. */
  readonly expiresAt: number | null;
  readonly idempotencyKey: string | null;
  /** Its place in the queue: what `release` restores `availableAt` to. Null for other services' documents until claimed and nacked. */
  readonly dueAt: number | null;
  /** Due from this instant on; while leased, the end of the lease. Null means due at once. */
  readonly availableAt: number | null;
  /** The end of the present lease, null when it is not leased; only `unsent` can be. A lease in the past is an interrupted one. */
  readonly leasedUntil: number | null;
  /** When it reached its present final status. */
  readonly settledAt: number | null;
  /** Attempts that were settled, or journaled under a lease that still holds. */
  readonly attempts: number;
  /**
   * How often a lease ended unsettled although an attempt had begun, or may have: each may have been a request that
   * its process did not survive. Above 0 the message is a suspect: it is sent alone, and journaled.
   */
  readonly lostLeases: number;
  /** Why it is `failed` or `unknown`, or why the last attempt was put off. */
  readonly reason: string | null;
  /** The last {@link KEPT_ATTEMPTS} attempts, oldest first; a redrive keeps them. */
  readonly history: readonly DeliveryAttempt[];
  /** The W3C `traceparent` of what enqueued it, valid by `validTraceparent`: its deliveries belong to that trace. A redrive keeps it. */
  readonly traceparent: string | null;
  /** Names and values of the caller. Absent if there are none; never empty. A redrive keeps it. */
  readonly metadata?: Metadata;
}

/** A message that a store is asked to keep. The store makes the id. */
export interface NewMessage {
  readonly phoneNumber: string;
  readonly content: string;
  readonly idempotencyKey: string | null;
  readonly sendAt: number | null;
  readonly expiresAt: number | null;
  readonly createdAt: number;
  /** A W3C `traceparent`; the store ignores one that is invalid (`validTraceparent`). */
  readonly traceparent?: string | null;
  /** Within the rules of `metadataProblems`. Empty is none. */
  readonly metadata?: Metadata;
}

/** Whether a repeated idempotency key asks for the same thing. `createdAt` and `traceparent` are not compared. */
export function isSameRequest(stored: Message, asked: NewMessage): boolean {
  return asksTheSame(stored, asked) && (stored.expiresAt === asked.expiresAt || mayHaveLostExpiry(stored));
}

interface Asked {
  readonly phoneNumber: string;
  readonly content: string;
  readonly sendAt?: number | null;
  readonly metadata?: Metadata;
}

/** Whether two ask for the same thing, as far as a redrive changes nothing of it. */
export function asksTheSame(one: Asked, other: Asked): boolean {
  return (
    one.phoneNumber === other.phoneNumber &&
    one.content === other.content &&
    one.sendAt === other.sendAt &&
    sameMetadata(one.metadata, other.metadata)
  );
}

/** A redrive drops the expiry; only a message that nothing has happened to is known never to have had one. */
function mayHaveLostExpiry({ expiresAt, history, dueAt, sendAt, createdAt }: Message): boolean {
  return expiresAt === null && (history.length > 0 || dueAt !== (sendAt ?? createdAt));
}
