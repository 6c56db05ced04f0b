import { type Ack, countOf, type DeliveryAttempt, type Settlement } from '@messaging-system/core';
import type { Statements } from './statements.ts';

/** Rows of `ACK_FIRST_ATTEMPTS`; what it is given less of is filled up with rows that match nothing. */
export const MOST_AT_ONCE = 32;

const COLUMNS = 5;
const FILLER: readonly null[] = Array<null>(COLUMNS).fill(null);

// Without numbers: the driver looks through all names of parameters for each of them, and a number is a name.
const ROW = `(${Array<string>(COLUMNS).fill('?').join()})`;
const ROWS = Array<string>(MOST_AT_ONCE).fill(ROW).join();

/**
 * What `ACK` does, for many at once in the usual case: first attempts whose rows nobody has edited. That it sets `lease_journals` to NULL keeps the trigger
 * from counting. It calls no SQL function and does not abort by itself, or else SQLite would copy every page that it changes: a quarter of its time.
 * What fails takes its whole transaction with it anyhow. The plus keeps the index on the status out of it: the id alone finds the row.
 */
export const ACK_FIRST_ATTEMPTS: string = `
WITH acks (id, history, sent_at, webhook_message_id, settled_at) AS (VALUES ${ROWS})
UPDATE OR FAIL messages SET
  settled_by = ?, attempts = 1, history = acks.history,
  leased_until = NULL, lease_token = NULL, lease_journals = NULL, begun_at = NULL,
  status = 'sent', sent_at = acks.sent_at, webhook_message_id = acks.webhook_message_id, settled_at = acks.settled_at,
  available_at = NULL, in_doubt = 0, reason = NULL
FROM acks
WHERE messages.id = acks.id AND +messages.status = 'unsent' AND messages.lease_token = ?
  AND messages.history IS NULL AND messages.attempts = (messages.begun_at IS NOT NULL)
  AND messages.lease_journals IS NOT NULL`;

const COUNT_ACKS = `
UPDATE status_counts SET
  count = count + iif(status = 'sent', ?1, -?1),
  arrivals = arrivals + iif(status = 'sent', ?1, 0)
WHERE status IN ('unsent', 'sent')`;

export interface FirstAttemptAck extends Ack {
  readonly attempt: DeliveryAttempt;
}

export function isFirstAttemptAck(settlement: Settlement): settlement is FirstAttemptAck {
  return settlement.kind === 'ack' && settlement.attempt?.attempt === 1 && countOf(settlement.attempt) === 1;
}

/**
 * Acks from two up to `MOST_AT_ONCE` messages. False when it did not ack all of them, for whatever reason each has: then all of them are to be acked
 * one by one, which those that it did ack take for a repeat.
 */
export function ackFirstAttempts(
  statements: Statements,
  leaseToken: string,
  acks: readonly FirstAttemptAck[],
): boolean {
  if (acks.length < 2) return false;
  const values = acks.flatMap(({ id, attempt, sentAt, webhookMessageId, settledAt }) => [
    id,
    JSON.stringify([attempt]),
    sentAt,
    webhookMessageId,
    settledAt,
  ]);
  const fillers = Array.from({ length: MOST_AT_ONCE - acks.length }, () => FILLER).flat();
  const acked = statements.run(ACK_FIRST_ATTEMPTS, ...values, ...fillers, leaseToken, leaseToken);
  if (acked > 0) statements.run(COUNT_ACKS, acked);
  return acked === acks.length;
}
