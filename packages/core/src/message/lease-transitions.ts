import type { StoredMessage } from './stored-message.ts';

export interface ClaimRequest {
  readonly now: number;
  readonly leasedUntil: number;
  /** Fresh for each claim, unguessable. */
  readonly leaseToken: string;
  /** Whether the holder journals the beginning of each attempt with `beginAttempt`, not of suspects alone. */
  readonly journals: boolean;
  readonly limit: number;
}

const NOT_LEASED = { leasedUntil: null, leaseToken: null, leaseJournals: false, begunAt: null } as const;

/** `unsent`, and `availableAt` is missing or not after `now`. An expired lease is due again by itself. */
export function isDue(message: StoredMessage, now: number): boolean {
  return message.status === 'unsent' && (message.availableAt === null || message.availableAt <= now);
}

/**
 * Leases a due message. If the lost lease may have begun an attempt, the message is in doubt from now on, until a
 * settle says otherwise, and it is a suspect: every later lease of it journals.
 */
export function claim(message: StoredMessage, request: ClaimRequest): StoredMessage {
  const begun = message.leaseToken !== null && mayHaveBegun(message);
  const lostLeases = message.lostLeases + (begun ? 1 : 0);
  return {
    ...message,
    dueAt: message.availableAt,
    availableAt: request.leasedUntil,
    leasedUntil: request.leasedUntil,
    leaseToken: request.leaseToken,
    leaseJournals: request.journals || lostLeases > 0,
    begunAt: null,
    inDoubt: message.inDoubt || begun,
    lostLeases,
  };
}

/** Whether the holder of the lease may have begun an attempt: only a journal can tell that it has not. */
export function mayHaveBegun(message: StoredMessage): boolean {
  return !message.leaseJournals || message.begunAt !== null;
}

/**
 * Whether a message is free to be cancelled or erased: nobody holds it, or its holder has provably not begun. Only `unsent` can be held:
 * the Go service leaves our lease on what it marks as sent.
 */
export function isFree(message: StoredMessage): boolean {
  return message.status !== 'unsent' || message.leaseToken === null || !mayHaveBegun(message);
}

/** The token alone fences: a lease that ran out and was not claimed again is still the holder's. */
export function isHeldBy(message: StoredMessage, leaseToken: string): boolean {
  return message.status === 'unsent' && message.leaseToken === leaseToken;
}

/** Journals that the attempt begins now; a repeat changes nothing. */
export function beginAttempt(message: StoredMessage, begunAt: number): StoredMessage {
  if (message.begunAt !== null) return message;
  return { ...message, begunAt, attempts: message.attempts + 1 };
}

/** Never ends a lease earlier than its holder was told: an extension that was given up may arrive after its repetition. */
export function extendLease(message: StoredMessage, leasedUntil: number): StoredMessage {
  const end = Math.max(message.leasedUntil ?? leasedUntil, leasedUntil);
  return { ...message, availableAt: end, leasedUntil: end };
}

/** Gives an unsent message back to its old place. Its journal goes with the lease; a doubt from before stays. */
export function release(message: StoredMessage): StoredMessage {
  return { ...message, ...NOT_LEASED, availableAt: message.dueAt, attempts: attemptsBeforeLease(message) };
}

/** The attempts without the one that the present lease may have journaled. */
export function attemptsBeforeLease(message: StoredMessage): number {
  return message.attempts - (message.begunAt === null ? 0 : 1);
}

export { NOT_LEASED };
