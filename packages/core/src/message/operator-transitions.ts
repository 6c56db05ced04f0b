import { isFree, NOT_LEASED } from './lease-transitions.ts';
import type { Message } from './message.ts';
import { type StoredMessage, toMessage } from './stored-message.ts';

export type CancelResult =
  | { readonly kind: 'cancelled'; readonly message: Message }
  | { readonly kind: 'in_flight'; readonly message: Message }
  | { readonly kind: 'refused'; readonly message: Message }
  | { readonly kind: 'not_found'; readonly id: string };

export type RedriveResult =
  | { readonly kind: 'redriven'; readonly message: Message }
  | { readonly kind: 'refused'; readonly message: Message }
  | { readonly kind: 'not_found'; readonly id: string };

type Change<Result> = { readonly stored: StoredMessage; readonly result: Result };

/** Drops an unsent message. Refused under a lease that may have begun, interrupted ones included: it may be under way. */
export function cancel(message: StoredMessage, at: number): Change<CancelResult> {
  if (message.status !== 'unsent') return { stored: message, result: refused(message) };
  if (!isFree(message)) {
    return { stored: message, result: { kind: 'in_flight', message: toMessage(message) } };
  }
  const stored: StoredMessage = {
    ...message,
    ...NOT_LEASED,
    status: 'cancelled',
    settledAt: at,
    availableAt: null,
  };
  return { stored, result: { kind: 'cancelled', message: toMessage(stored) } };
}

/**
 * Makes a `failed` or `unknown` message due at `at`: its attempts and lost leases start again, its history, id
 * and idempotency key stay. An `expiresAt` is dropped: who redrives has decided that it is still worth sending. One that waits
 * for its next attempt is due at `at` instead; all else of it stays.
 */
export function redrive(message: StoredMessage, at: number): Change<RedriveResult> {
  if (waitsForRetry(message, at)) {
    const sooner: StoredMessage = { ...message, availableAt: at, dueAt: at };
    return { stored: sooner, result: { kind: 'redriven', message: toMessage(sooner) } };
  }
  if (message.status !== 'failed' && message.status !== 'unknown') {
    return { stored: message, result: refused(message) };
  }
  const stored: StoredMessage = {
    ...message,
    status: 'unsent',
    availableAt: at,
    dueAt: at,
    expiresAt: null,
    settledAt: null,
    attempts: 0,
    lostLeases: 0,
    inDoubt: false,
    reason: null,
  };
  return { stored, result: { kind: 'redriven', message: toMessage(stored) } };
}

/**
 * Whether a message waits for its next attempt beyond `at`: unsent, held by nobody, and put off (only a nack leaves a reason) until later than
 * `at`. One that was asked for later waits for that instead, and has no reason.
 */
export function waitsForRetry(message: StoredMessage, at: number): boolean {
  return (
    message.status === 'unsent' &&
    message.leaseToken === null &&
    message.availableAt !== null &&
    message.availableAt > at &&
    message.reason !== null
  );
}

/** Whether a redrive of many at `at` takes it: what fails again after that is left alone. */
export function isRedrivableSince(message: StoredMessage, at: number): boolean {
  if (message.status === 'unsent') {
    return waitsForRetry(message, at) && message.history.every(({ startedAt }) => startedAt < at);
  }
  return (message.status === 'failed' || message.status === 'unknown') && (message.settledAt ?? 0) < at;
}

function refused(message: StoredMessage): { readonly kind: 'refused'; readonly message: Message } {
  return { kind: 'refused', message: toMessage(message) };
}
