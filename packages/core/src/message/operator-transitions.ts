import { isFree } from './lease-transitions.ts';
import type { Message } from './message.ts';
import { type FreeMessage, type StoredMessage, storedMessage } from './stored-message.ts';

export type CancelResult =
  | { readonly kind: 'cancelled' | 'in_flight' | 'refused'; readonly message: Message }
  | { readonly kind: 'not_found'; readonly id: string };

export type RedriveResult =
  | { readonly kind: 'redriven' | 'refused'; readonly message: Message }
  | { readonly kind: 'not_found'; readonly id: string };

/** The statuses that can be redriven; `unsent`: messages that wait for their next attempt. */
export const REDRIVABLE_STATUSES = ['failed', 'unknown', 'unsent'] as const;

export interface RedriveFilter {
  readonly status: (typeof REDRIVABLE_STATUSES)[number];
  readonly phoneNumber?: string;
}

export interface EraseResult {
  readonly erasedIds: readonly string[];
  readonly inFlightIds: readonly string[];
  /**
   * Copies of removed messages may still be in the store's own files, because somebody reads them: ask again. Every call of any instance says so until
   * they are gone, also one that finds nothing to remove. Absent where none are known of.
   */
  readonly copiesRemain?: boolean;
}

interface Change<Kind> {
  readonly stored: StoredMessage;
  readonly result: { readonly kind: Kind; readonly message: Message };
}

/** Drops an unsent message. Refused under a lease that may have begun, interrupted ones included: it may be under way. */
export function cancel(stored: StoredMessage, at: number): Change<'cancelled' | 'in_flight' | 'refused'> {
  const { message } = stored;
  if (message.status !== 'unsent') return change('refused', stored);
  if (!isFree(stored)) return change('in_flight', stored);
  const cancelled: FreeMessage = {
    ...stored,
    message: { ...message, status: 'cancelled', settledAt: at, availableAt: null, leasedUntil: null },
    lease: null,
  };
  return change('cancelled', cancelled);
}

/**
 * Makes a `failed` or `unknown` message due at `at`: its attempts and lost leases start again, its history, id
 * and idempotency key stay. An `expiresAt` is dropped: who redrives has decided that it is still worth sending. One that waits
 * for its next attempt is due at `at` instead; all else of it stays.
 */
export function redrive(stored: StoredMessage, at: number): Change<'redriven' | 'refused'> {
  const { message } = stored;
  if (waitsForRetry(stored, at)) {
    return change(
      'redriven',
      storedMessage({ ...stored, message: { ...message, availableAt: at, dueAt: at } }),
    );
  }
  if (stored.lease !== null || (message.status !== 'failed' && message.status !== 'unknown')) {
    return change('refused', stored);
  }
  const redriven: FreeMessage = {
    ...stored,
    message: {
      ...stored.message,
      status: 'unsent',
      availableAt: at,
      dueAt: at,
      expiresAt: null,
      settledAt: null,
      attempts: 0,
      lostLeases: 0,
      reason: null,
    },
    inDoubt: false,
  };
  return change('redriven', redriven);
}

/**
 * Whether a message waits for its next attempt beyond `at`: unsent, held by nobody, and put off (only a nack leaves a reason) until later than
 * `at`. One that was asked for later waits for that instead, and has no reason.
 */
export function waitsForRetry({ message, lease }: StoredMessage, at: number): boolean {
  return (
    message.status === 'unsent' &&
    lease === null &&
    message.availableAt !== null &&
    message.availableAt > at &&
    message.reason !== null
  );
}

/** Whether a redrive of many at `at` takes it: what fails again after that is left alone. */
export function isRedrivableSince(stored: StoredMessage, at: number): boolean {
  const { status, history, settledAt } = stored.message;
  if (status === 'unsent') {
    return waitsForRetry(stored, at) && history.every(({ startedAt }) => startedAt < at);
  }
  return (status === 'failed' || status === 'unknown') && (settledAt ?? 0) < at;
}

function change<Kind>(kind: Kind, stored: StoredMessage): Change<Kind> {
  return { stored, result: { kind, message: stored.message } };
}
