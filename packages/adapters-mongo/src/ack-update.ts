import {
  type Ack,
  countOf,
  type DeliveryAttempt,
  KEPT_ATTEMPTS,
  type Settlement,
} from '@messaging-system/core';
import type { Document } from 'mongodb';
import { arrayIn, literal, REMOVED } from './expressions.ts';
import { attemptsBeforeLease, LEASE_FIELDS } from './lease-updates.ts';
import { historyEntry } from './settle-update.ts';
import type { DocumentId } from './stored-document.ts';

/** What a send ends with when all goes well. */
export interface CountedAck extends Ack {
  readonly attempt: DeliveryAttempt;
}

export function isCountedAck(settlement: Settlement): settlement is CountedAck {
  return settlement.kind === 'ack' && countOf(settlement.attempt) === 1;
}

/**
 * The acks of many documents as one update, which costs the server a third of as many single ones. Each document finds its own values in the lists by its
 * place among the ids, which `settledBy` holds until the pipeline ends.
 * @param ids of the acks, in their order
 */
export function ackUpdate(
  leaseToken: string,
  ids: readonly DocumentId[],
  acks: readonly CountedAck[],
): Document[] {
  const ownOf = (value: (ack: CountedAck) => unknown): Document => ({
    $arrayElemAt: [literal(acks.map(value)), '$settledBy'],
  });
  const entry = ownOf(({ attempt }) => historyEntry(attempt));
  return [
    { $set: { settledBy: { $indexOfArray: [literal(ids), '$_id'] } } },
    {
      $set: {
        status: 'sent',
        sentAt: ownOf(({ sentAt }) => new Date(sentAt)),
        webhookMessageId: { $ifNull: [ownOf(({ webhookMessageId }) => webhookMessageId), REMOVED] },
        settledAt: ownOf(({ settledAt }) => new Date(settledAt)),
        settledBy: literal(leaseToken),
        attempts: { $add: [attemptsBeforeLease(), 1] },
        history: { $slice: [{ $concatArrays: [arrayIn('$history'), [entry]] }, -KEPT_ATTEMPTS] },
      },
    },
    { $unset: ['availableAt', 'inDoubt', 'reason', ...LEASE_FIELDS] },
  ];
}
