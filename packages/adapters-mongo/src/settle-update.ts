import { countOf, type DeliveryAttempt, KEPT_ATTEMPTS, type Settlement } from '@messaging-system/core';
import type { Document } from 'mongodb';
import { arrayIn, literal, REMOVED } from './expressions.ts';
import { attemptsBeforeLease, LEASE_FIELDS } from './lease-updates.ts';

/** Core's `settle` as an update pipeline; an acked document is `sent` to a reader of the Go service's fields. */
export function settleUpdate(leaseToken: string, settlement: Settlement): Document[] {
  return [
    {
      $set: {
        ...outcome(settlement),
        ...counted(settlement.attempt),
        settledBy: literal(leaseToken),
      },
    },
    { $unset: [...LEASE_FIELDS] },
  ];
}

function outcome(settlement: Settlement): Document {
  switch (settlement.kind) {
    case 'ack':
      return {
        status: 'sent',
        sentAt: new Date(settlement.sentAt),
        webhookMessageId:
          settlement.webhookMessageId === null ? REMOVED : literal(settlement.webhookMessageId),
        settledAt: new Date(settlement.settledAt),
        availableAt: REMOVED,
        inDoubt: REMOVED,
        reason: REMOVED,
      };
    case 'nack':
      return {
        availableAt: new Date(settlement.availableAt),
        dueAt: new Date(settlement.availableAt),
        inDoubt: settlement.inDoubt ? true : REMOVED,
        reason: literal(settlement.reason),
      };
    case 'deadLetter':
    case 'hold':
      return {
        status: settlement.kind === 'hold' ? 'unknown' : 'failed',
        settledAt: new Date(settlement.settledAt),
        availableAt: REMOVED,
        inDoubt: settlement.kind === 'hold' ? true : REMOVED,
        reason: literal(settlement.reason),
      };
  }
}

function counted(attempt: DeliveryAttempt | null): Document {
  if (attempt === null) return { attempts: attemptsBeforeLease() };
  return {
    attempts: { $add: [attemptsBeforeLease(), countOf(attempt)] },
    history: {
      $slice: [{ $concatArrays: [arrayIn('$history'), [literal(historyEntry(attempt))]] }, -KEPT_ATTEMPTS],
    },
  };
}

/** An attempt as documents keep it. */
export function historyEntry(attempt: DeliveryAttempt): Document {
  return { ...attempt, startedAt: new Date(attempt.startedAt) };
}
