import type { CancelResult, RedriveResult } from '../ports/message-repository.ts';
import { isFree, NOT_LEASED } from './lease-transitions.ts';
import { type StoredMessage, toMessage } from './stored-message.ts';

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
 * and idempotency key stay. An `expiresAt` is dropped: who redrives has decided that it is still worth sending.
 */
export function redrive(message: StoredMessage, at: number): Change<RedriveResult> {
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

function refused(message: StoredMessage): {
  readonly kind: 'refused';
  readonly message: ReturnType<typeof toMessage>;
} {
  return { kind: 'refused', message: toMessage(message) };
}
