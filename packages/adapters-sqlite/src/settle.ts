import {
  type Ack,
  countOf,
  type DeliveryAttempt,
  KEPT_ATTEMPTS,
  KEPT_RESPONSES,
  type LeaseResult,
  type Settlement,
} from '@messaging-system/core/adapter';
import { ATTEMPTS_BEFORE_LEASE, NO_LEASE } from './leases.ts';
import type { Statements } from './statements.ts';

// What every settlement does (core's `settle`): ?1 id, ?2 lease token, ?3 the attempt as JSON or null, ?4
// whether it counts. The history keeps the last twenty attempts. Text in it that is not a JSON array (an edit
// by hand) is given up: it must not keep a message from being settled.
const END_LEASE = `
  settled_by = ?2,
  attempts = ${ATTEMPTS_BEFORE_LEASE} + ?4,
  history = CASE
    WHEN ?3 IS NULL THEN history
    WHEN history IS NULL THEN '[' || ?3 || ']'
    WHEN NOT json_valid(history) THEN '[' || ?3 || ']'
    WHEN json_type(history) <> 'array' THEN '[' || ?3 || ']'
    WHEN json_array_length(history) >= ${KEPT_ATTEMPTS}
      THEN json_insert(json_remove(history, '$[0]'), '$[#]', json(?3))
    ELSE json_insert(history, '$[#]', json(?3))
  END,
  ${NO_LEASE}`;
const HELD = `WHERE id = ?1 AND status = 'unsent' AND lease_token = ?2`;

export const ACK: string = `
UPDATE messages SET ${END_LEASE},
  status = 'sent', sent_at = ?5, webhook_message_id = ?6, settled_at = ?7,
  available_at = NULL, in_doubt = 0, reason = NULL
${HELD}`;

// Does not name `status`: then its trigger has nothing to do.
export const NACK: string = `
UPDATE messages SET ${END_LEASE},
  available_at = ?5, due_at = ?5, in_doubt = ?6, reason = ?7
${HELD}`;

export const GIVE_UP: string = `
UPDATE messages SET ${END_LEASE},
  status = ?5, in_doubt = ?6, settled_at = ?7, reason = ?8, available_at = NULL
${HELD}`;

// Comes before the settlement of an attempt with a response. Most messages have had less attempts, and are not written.
export const DROP_OLD_RESPONSES: string = `
UPDATE messages SET history = json_remove(history, ${oldResponses()})
${HELD} AND CASE WHEN json_valid(history) THEN json_array_length(history) ELSE 0 END >= ${KEPT_RESPONSES}`;

/** The paths of the responses of all attempts but the last five. */
function oldResponses(): string {
  const places = Array.from(
    { length: KEPT_ATTEMPTS - KEPT_RESPONSES + 1 },
    (_, index) => KEPT_RESPONSES + index,
  );
  return places.map((place) => `'$[#-${place}].response'`).join();
}

const SELECT_SETTLED_BY = 'SELECT settled_by FROM messages WHERE id = ?1';

// Rows of `ACK_FIRST_ATTEMPTS`. Unused ones hold nulls, which match nothing. The parameters have no
// numbers: the driver looks through all names of parameters for each of them, and a number is a name.
const MOST_AT_ONCE = 32;
const VALUES_OF_A_ROW = 5;
const ROWS = Array<string>(MOST_AT_ONCE).fill('(?,?,?,?,?)').join();

/**
 * Does the work of `ACK` for many at once in the usual case: first attempts whose rows nobody has edited. That it
 * sets `lease_journals` to NULL keeps the trigger from counting. It calls no SQL function and does not
 * abort by itself, or else SQLite would copy every page that it changes: a quarter of its time. A failure
 * takes its whole transaction with it in any case. The plus keeps the index on the status out of it: the id
 * alone finds the row.
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

interface FirstAttemptAck extends Ack {
  readonly attempt: DeliveryAttempt;
}

/** In their order, except that acks of first attempts that follow one another are made together. */
export function settleMessages(
  statements: Statements,
  leaseToken: string,
  settlements: readonly Settlement[],
): LeaseResult {
  const held: string[] = [];
  const stale: string[] = [];
  for (let next = 0; next < settlements.length; ) {
    const acks = firstAttemptAcks(settlements, next);
    const together = acks.length > 1 ? acks : settlements.slice(next, next + 1);
    const areAcked = acks.length > 1 && ackFirstAttempts(statements, leaseToken, acks);
    for (const settlement of together) {
      const isHeld =
        areAcked ||
        settleOne(statements, leaseToken, settlement) ||
        isRepeat(statements, leaseToken, settlement.id);
      (isHeld ? held : stale).push(settlement.id);
    }
    next += together.length;
  }
  return { held, stale };
}

/** Those that follow one another from this index on, up to `MOST_AT_ONCE`. */
function firstAttemptAcks(settlements: readonly Settlement[], from: number): readonly FirstAttemptAck[] {
  const acks: FirstAttemptAck[] = [];
  while (acks.length < MOST_AT_ONCE) {
    const settlement = settlements[from + acks.length];
    if (settlement === undefined || !isFirstAttemptAck(settlement)) break;
    acks.push(settlement);
  }
  return acks;
}

function isFirstAttemptAck(settlement: Settlement): settlement is FirstAttemptAck {
  return settlement.kind === 'ack' && settlement.attempt?.attempt === 1 && countOf(settlement.attempt) === 1;
}

/**
 * False when it did not ack all of them, for whatever reason each has: then all of them are to be acked one
 * by one, which those that it did ack take for a repeat.
 */
function ackFirstAttempts(
  statements: Statements,
  leaseToken: string,
  acks: readonly FirstAttemptAck[],
): boolean {
  const values: (string | number | null)[] = [];
  for (const { id, attempt, sentAt, webhookMessageId, settledAt } of acks) {
    values.push(id, JSON.stringify([attempt]), sentAt, webhookMessageId, settledAt);
  }
  while (values.length < MOST_AT_ONCE * VALUES_OF_A_ROW) values.push(null);
  const acked = statements.run(ACK_FIRST_ATTEMPTS, ...values, leaseToken, leaseToken);
  if (acked > 0) statements.run(COUNT_ACKS, acked);
  return acked === acks.length;
}

/** Whether the token still held the message. */
function settleOne(statements: Statements, leaseToken: string, settlement: Settlement): boolean {
  const { id, attempt } = settlement;
  if (attempt?.response !== undefined) statements.run(DROP_OLD_RESPONSES, id, leaseToken);
  const json = attempt === null ? null : JSON.stringify(attempt);
  const run = (sql: string, ...values: readonly (string | number | null)[]): boolean =>
    statements.run(sql, id, leaseToken, json, countOf(attempt), ...values) > 0;
  switch (settlement.kind) {
    case 'ack':
      return run(ACK, settlement.sentAt, settlement.webhookMessageId, settlement.settledAt);
    case 'nack':
      return run(NACK, settlement.availableAt, settlement.inDoubt ? 1 : 0, settlement.reason);
    case 'deadLetter':
      return run(GIVE_UP, 'failed', 0, settlement.settledAt, settlement.reason);
    case 'hold':
      return run(GIVE_UP, 'unknown', 1, settlement.settledAt, settlement.reason);
  }
}

function isRepeat(statements: Statements, leaseToken: string, id: string): boolean {
  return statements.row(SELECT_SETTLED_BY, id)?.[0] === leaseToken;
}
