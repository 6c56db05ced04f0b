import {
  type ClaimedMessage,
  type ClaimRequest,
  type DeliveryAttempt,
  type Lease,
  type NewMessage,
  type StoredMessage,
  storedFrom,
  storedMessage,
} from '../../src/adapter.ts';
import type { Message } from '../../src/index.ts';

/** Where a `ManualClock` stands when nothing else is said. */
export const T0 = 1_700_000_000_000;

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;

export function aNewMessage(overrides: Partial<NewMessage> = {}): NewMessage {
  return {
    phoneNumber: '+905551111111',
    content: 'hello',
    idempotencyKey: null,
    sendAt: null,
    expiresAt: null,
    createdAt: T0,
    ...overrides,
  };
}

/** A record in one object: its message, and the other fields. */
export interface StoredView extends Message {
  readonly lease: Lease | null;
  readonly inDoubt: boolean;
  readonly settledBy: string | null;
}

export function viewOf({ message, ...kept }: StoredMessage): StoredView {
  return { ...message, ...kept };
}

export function aStored(overrides: Partial<StoredView> = {}): StoredMessage {
  const view = { ...viewOf(storedFrom('0123456789abcdef00000001', aNewMessage())), ...overrides };
  const { lease, inDoubt, settledBy, ...message } = view;
  return storedMessage({ message, lease, inDoubt, settledBy });
}

export function aMessage(overrides: Partial<Message> = {}): Message {
  return { ...aStored().message, ...overrides };
}

export function aClaimed(
  overrides: Partial<Omit<ClaimedMessage, 'message'>> & { readonly message?: Partial<Message> } = {},
): ClaimedMessage {
  const { message, ...rest } = overrides;
  return { interrupted: false, inDoubt: false, foreign: false, ...rest, message: aMessage(message) };
}

export function aClaim(overrides: Partial<ClaimRequest> = {}): ClaimRequest {
  return { now: T0, leasedUntil: T0 + MINUTE, leaseToken: 'ours', journals: false, limit: 10, ...overrides };
}

export function anAttempt(overrides: Partial<DeliveryAttempt> = {}): DeliveryAttempt {
  return { attempt: 1, startedAt: T0, durationMs: 5, outcome: 'retryable', reason: 'http_500', ...overrides };
}

/** A document as the Go service leaves it: none of our fields. */
export function aForeignDocument(id: string, overrides: Partial<StoredView> = {}): StoredMessage {
  return aStored({ id, createdAt: null, dueAt: null, availableAt: null, ...overrides });
}
