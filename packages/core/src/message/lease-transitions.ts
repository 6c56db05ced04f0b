import type { Message } from './message.ts';
import type { FreeMessage, Lease, LeasedMessage, StoredMessage } from './stored-message.ts';

// The life of a lease: taken by `claim`, extended while its message waits, begun (journaled) where the holder journals, and
// ended by a settle or a release. A lease that ends by its time, or by an operator, is lost. Its holder hears of that from
// the store when it extends, begins, settles or releases (`LeaseKeeper`, `Delivery`, `Settler`) and changes nothing more.
// The next `claim` counts the loss and marks the doubt; `triage` decides what happens to the message.

export interface ClaimRequest {
  readonly now: number;
  readonly leasedUntil: number;
  /** Fresh for each claim, unguessable. */
  readonly leaseToken: string;
  /** Whether the holder journals the beginning of each attempt with `beginAttempt`, not of suspects alone. */
  readonly journals: boolean;
  readonly limit: number;
}

export interface ClaimedMessage {
  readonly message: Message;
  /** An earlier lease of it ended without settle or release. */
  readonly interrupted: boolean;
  /** The outcome of an earlier attempt is unknown. */
  readonly inDoubt: boolean;
  /** Written by another service (none of our fields): it may have been touched by that one. */
  readonly foreign: boolean;
}

/** The result of a change under a lease. Every id of the call is in exactly one of the two. */
export interface LeaseResult {
  readonly held: readonly string[];
  readonly stale: readonly string[];
}

/** `unsent`, and `availableAt` is missing or not after `now`. An expired lease is due again by itself. */
export function isDue({ message }: StoredMessage, now: number): boolean {
  return message.status === 'unsent' && (message.availableAt === null || message.availableAt <= now);
}

/**
 * Leases a due message. If the lost lease may have begun an attempt, the message is in doubt from now on, until a
 * settle says otherwise, and it is a suspect: every later lease of it journals.
 */
export function claim(stored: StoredMessage, request: ClaimRequest): LeasedMessage {
  const { message, lease } = stored;
  const begun = lease !== null && mayHaveBegun(lease);
  const lostLeases = message.lostLeases + (begun ? 1 : 0);
  return {
    message: {
      ...message,
      status: 'unsent',
      dueAt: message.availableAt,
      availableAt: request.leasedUntil,
      leasedUntil: request.leasedUntil,
      lostLeases,
    },
    lease: { token: request.leaseToken, journals: request.journals || lostLeases > 0, begunAt: null },
    inDoubt: stored.inDoubt || begun,
    settledBy: stored.settledBy,
  };
}

/** The claimant's view of a message that it has leased. */
export function claimedMessage(before: StoredMessage, { message, inDoubt }: LeasedMessage): ClaimedMessage {
  return { message, interrupted: before.lease !== null, inDoubt, foreign: message.createdAt === null };
}

/** Whether the holder of the lease may have begun an attempt: only a journal can tell that it has not. */
export function mayHaveBegun(lease: Lease): boolean {
  return !lease.journals || lease.begunAt !== null;
}

/** Whether a message is free to be cancelled or erased: nobody holds it, or its holder has provably not begun. */
export function isFree({ lease }: StoredMessage): boolean {
  return lease === null || !mayHaveBegun(lease);
}

/** The token alone fences: a lease that ran out and was not claimed again is still the holder's. */
export function isHeldBy(stored: StoredMessage, leaseToken: string): stored is LeasedMessage {
  return stored.lease !== null && stored.lease.token === leaseToken;
}

/** Journals that the attempt begins now; a repeat changes nothing. */
export function beginAttempt(stored: LeasedMessage, begunAt: number): LeasedMessage {
  const { message, lease } = stored;
  if (lease.begunAt !== null) return stored;
  return {
    ...stored,
    message: { ...message, attempts: message.attempts + 1 },
    lease: { ...lease, begunAt },
  };
}

/** Never ends a lease earlier than its holder knows: an extension that was given up may arrive after its repetition. */
export function extendLease(stored: LeasedMessage, leasedUntil: number): LeasedMessage {
  const end = Math.max(stored.message.leasedUntil, leasedUntil);
  return { ...stored, message: { ...stored.message, availableAt: end, leasedUntil: end } };
}

/** Gives an unsent message back to its old place. Its journal goes with the lease; a doubt from before stays. */
export function release(stored: LeasedMessage): FreeMessage {
  const { message } = stored;
  const attempts = attemptsBeforeLease(stored);
  return {
    ...stored,
    message: { ...message, leasedUntil: null, availableAt: message.dueAt, attempts },
    lease: null,
  };
}

/** The attempts without the one that the present lease may have journaled. */
export function attemptsBeforeLease({ message, lease }: LeasedMessage): number {
  return message.attempts - (lease.begunAt === null ? 0 : 1);
}
