import type { UpdateFilter } from 'mongodb';
import type { StoredDocument } from './stored-document.ts';

export function cancelUpdate(at: number): UpdateFilter<StoredDocument> {
  return { $set: { status: 'cancelled', settledAt: new Date(at) }, $unset: { availableAt: '' } };
}

/** Core's `redrive`: attempts start again; history, id and idempotency key stay. */
export function redriveUpdate(at: number): UpdateFilter<StoredDocument> {
  const due = new Date(at);
  return {
    $set: { status: 'unsent', availableAt: due, dueAt: due },
    $unset: { expiresAt: '', settledAt: '', attempts: '', lostLeases: '', inDoubt: '', reason: '' },
  };
}
