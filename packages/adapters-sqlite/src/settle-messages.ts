import {
  type Ack,
  countOf,
  type DeadLetter,
  type Hold,
  type LeaseResult,
  type Nack,
  type Settlement,
} from '@messaging-system/core';
import {
  ackFirstAttempts,
  type FirstAttemptAck,
  isFirstAttemptAck,
  MOST_AT_ONCE,
} from './ack-first-attempts.ts';
import { appendedHistory } from './history.ts';
import type { Statements } from './statements.ts';

// What every settlement does (core's `settle`): ?1 id, ?2 lease token, ?3 the attempt as JSON or null, ?4 whether it counts.
const END_LEASE = `
  settled_by = ?2,
  attempts = max(0, min(ifnull(attempts, 0), 1000000) - (begun_at IS NOT NULL)) + ?4,
  history = ${appendedHistory('?3')},
  leased_until = NULL,
  lease_token = NULL,
  lease_journals = 0,
  begun_at = NULL`;
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

const SELECT_SETTLED_BY = 'SELECT settled_by FROM messages WHERE id = ?1';

/** In their order, except that acks of first attempts that follow one another are made together. */
export function settleMessages(
  statements: Statements,
  leaseToken: string,
  settlements: readonly Settlement[],
): LeaseResult {
  const held: string[] = [];
  const stale: string[] = [];
  const settleOne = (settlement: Settlement): void => {
    const isHeld =
      applied(statements, leaseToken, settlement) || isRepeat(statements, leaseToken, settlement.id);
    (isHeld ? held : stale).push(settlement.id);
  };
  let acks: FirstAttemptAck[] = [];
  const settleAcks = (): void => {
    const areAcked = ackFirstAttempts(statements, leaseToken, acks);
    for (const ack of acks) {
      if (areAcked) held.push(ack.id);
      else settleOne(ack);
    }
    acks = [];
  };
  for (const settlement of settlements) {
    if (isFirstAttemptAck(settlement)) {
      acks.push(settlement);
      if (acks.length === MOST_AT_ONCE) settleAcks();
    } else {
      settleAcks();
      settleOne(settlement);
    }
  }
  settleAcks();
  return { held, stale };
}

function applied(statements: Statements, leaseToken: string, settlement: Settlement): boolean {
  switch (settlement.kind) {
    case 'ack':
      return ack(statements, leaseToken, settlement) > 0;
    case 'nack':
      return nack(statements, leaseToken, settlement) > 0;
    case 'deadLetter':
    case 'hold':
      return giveUp(statements, leaseToken, settlement) > 0;
  }
}

function ack(statements: Statements, leaseToken: string, settlement: Ack): number {
  const { id, sentAt, webhookMessageId, settledAt } = settlement;
  return statements.run(ACK, id, leaseToken, ...attemptOf(settlement), sentAt, webhookMessageId, settledAt);
}

function nack(statements: Statements, leaseToken: string, settlement: Nack): number {
  const { id, availableAt, inDoubt, reason } = settlement;
  return statements.run(NACK, id, leaseToken, ...attemptOf(settlement), availableAt, inDoubt ? 1 : 0, reason);
}

function giveUp(statements: Statements, leaseToken: string, settlement: DeadLetter | Hold): number {
  const { id, kind, reason, settledAt } = settlement;
  const [status, inDoubt] = kind === 'hold' ? ['unknown', 1] : ['failed', 0];
  return statements.run(
    GIVE_UP,
    id,
    leaseToken,
    ...attemptOf(settlement),
    status,
    inDoubt,
    settledAt,
    reason,
  );
}

function attemptOf({ attempt }: Settlement): readonly [json: string | null, counts: number] {
  return [attempt === null ? null : JSON.stringify(attempt), countOf(attempt)];
}

function isRepeat(statements: Statements, leaseToken: string, id: string): boolean {
  return statements.row(SELECT_SETTLED_BY, id)?.[0] === leaseToken;
}
