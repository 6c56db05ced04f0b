import type { UpdateFilter } from 'mongodb';
import { LEASE_FIELDS } from './lease-updates.ts';
import type { StoredDocument } from './stored-document.ts';

/** Ends the lease that a journaling holder may still have; what it begins later is stale. */
export function cancelUpdate(at: number): UpdateFilter<StoredDocument> {
  const lease = Object.fromEntries(LEASE_FIELDS.map((field) => [field, '']));
  return {
    $set: { status: 'cancelled', settledAt: new Date(at) },
    $unset: { availableAt: '', ...lease },
  };
}

/** Core's `redrive` of what waits for its next attempt: all else of it stays. */
export function bringForwardUpdate(at: number): UpdateFilter<StoredDocument> {
  const due = new Date(at);
  return { $set: { availableAt: due, dueAt: due } };
}

/** Core's `redrive` of what has ended: attempts start again; history, id and idempotency key stay. */
export function redriveUpdate(at: number): UpdateFilter<StoredDocument> {
  const due = new Date(at);
  return {
    $set: { status: 'unsent', availableAt: due, dueAt: due },
    $unset: { expiresAt: '', settledAt: '', attempts: '', lostLeases: '', inDoubt: '', reason: '' },
  };
}
