import type { CancelResult, RedriveFilter, RedriveResult } from '@messaging-system/core';
import {
  cancel,
  type DeliveryStop,
  type EraseResult,
  readText,
  redrive,
  type StoredMessage,
} from '@messaging-system/core/adapter';
import { SELECT_BY_ID } from './find.ts';
import { NO_LEASE } from './leases.ts';
import { storedFromRow } from './row.ts';
import { type CacheTimes, rememberSent } from './sent-cache.ts';
import type { Statements } from './statements.ts';

// With the lease that a journaling holder may still have; what it begins later is stale.
const CANCEL = `
UPDATE messages SET
  status = 'cancelled', settled_at = ?2, available_at = NULL,
  ${NO_LEASE}
WHERE id = ?1`;

// What core's `redrive` changes; ?1 is `at`.
const SET_REDRIVEN = `
UPDATE messages SET
  status = 'unsent', available_at = ?1, due_at = ?1, expires_at = NULL, settled_at = NULL,
  attempts = 0, lost_leases = 0, in_doubt = 0, reason = NULL`;
const REDRIVE = `${SET_REDRIVEN} WHERE id = ?2`;

// A message that waits for its next attempt keeps all else.
const SET_SOONER = 'UPDATE messages SET available_at = ?1, due_at = ?1';
const BRING_FORWARD = `${SET_SOONER} WHERE id = ?2`;

// A message that was settled without our instant (by another program) counts as settled before any.
const redrivable = (index: string, condition: string): string => `
SELECT seq FROM (SELECT seq FROM messages INDEXED BY ${index} WHERE ${condition} AND status = ?2 AND settled_at < ?1 LIMIT ?3 + 0)
UNION ALL
SELECT seq FROM (SELECT seq FROM messages INDEXED BY ${index} WHERE ${condition} AND status = ?2 AND settled_at IS NULL LIMIT ?3 + 0)
LIMIT ?3 + 0`;

// The conditions repeat those of the partial indexes, which are not used otherwise.
const REDRIVABLE = redrivable('messages_settled', `status <> 'unsent'`);
const REDRIVABLE_OF_PHONE = redrivable(
  'messages_of_phone_redrivable',
  `status IN ('failed', 'unknown') AND phone_number = ?4`,
);
export const REDRIVE_MATCHING: string = `${SET_REDRIVEN} WHERE seq IN (${REDRIVABLE})`;
export const REDRIVE_MATCHING_OF_PHONE: string = `${SET_REDRIVEN} WHERE seq IN (${REDRIVABLE_OF_PHONE})`;

// Core's `isRedrivableSince` for unsent ones. A history that cannot be read has no attempt in it.
const waiting = (index: string, condition: string): string => `
SELECT seq FROM messages INDEXED BY ${index}
WHERE ${condition} AND status = 'unsent' AND available_at > ?1 AND lease_token IS NULL AND reason IS NOT NULL
  AND ifnull(json_extract(CASE WHEN json_valid(history) THEN history END, '$[#-1].startedAt') < ?1, 1)
LIMIT ?2 + 0`;

export const BRING_FORWARD_MATCHING: string = `${SET_SOONER} WHERE seq IN (${waiting('messages_due', '1')})`;
export const BRING_FORWARD_MATCHING_OF_PHONE: string = `${SET_SOONER} WHERE seq IN (${waiting('messages_by_phone', 'phone_number = ?3')})`;

export const SELECT_OF_PHONE: string = `
SELECT id, status <> 'unsent' OR lease_token IS NULL OR (ifnull(lease_journals, 0) = 1 AND begun_at IS NULL) FROM messages INDEXED BY messages_by_phone
WHERE phone_number = ?1 ORDER BY id`;

export const DELETE_BY_IDS: string = 'DELETE FROM messages WHERE id IN (SELECT value FROM json_each(?1))';

export const SELECT_OLD: string = `
SELECT seq FROM messages INDEXED BY messages_settled
WHERE status <> 'unsent' AND status IN ('sent', 'cancelled') AND settled_at < ?1 LIMIT ?2 + 0`;

export const DELETE_BY_SEQS: string = 'DELETE FROM messages WHERE seq IN (SELECT value FROM json_each(?1))';

const STOP_DELIVERY = 'INSERT OR IGNORE INTO delivery_stop (id, stopped_at, stopped_by) VALUES (1, ?, ?)';

export function cancelMessage(statements: Statements, id: string, at: number): CancelResult {
  const stored = findStored(statements, id);
  if (stored === null) return { kind: 'not_found', id };
  const { result } = cancel(stored, at);
  if (result.kind === 'cancelled') statements.run(CANCEL, id, at);
  return result;
}

export function redriveMessage(statements: Statements, id: string, at: number): RedriveResult {
  const stored = findStored(statements, id);
  if (stored === null) return { kind: 'not_found', id };
  const { result } = redrive(stored, at);
  if (result.kind === 'redriven') {
    statements.run(stored.message.status === 'unsent' ? BRING_FORWARD : REDRIVE, at, id);
  }
  return result;
}

function findStored(statements: Statements, id: string): StoredMessage | null {
  const row = statements.row(SELECT_BY_ID, id);
  return row === undefined ? null : storedFromRow(row);
}

export function redriveMatching(
  statements: Statements,
  { status, phoneNumber }: RedriveFilter,
  at: number,
  limit: number,
): number {
  if (status === 'unsent') {
    return phoneNumber === undefined
      ? statements.run(BRING_FORWARD_MATCHING, at, limit)
      : statements.run(BRING_FORWARD_MATCHING_OF_PHONE, at, limit, phoneNumber);
  }
  return phoneNumber === undefined
    ? statements.run(REDRIVE_MATCHING, at, status, limit)
    : statements.run(REDRIVE_MATCHING_OF_PHONE, at, status, limit, phoneNumber);
}

/**
 * Removes up to `limit` messages; of those that may be under way it reports the ones that it met, all of
 * them when none is left to remove.
 */
export function eraseMessages(statements: Statements, phoneNumber: string, limit: number): EraseResult {
  const erasedIds: string[] = [];
  const inFlightIds: string[] = [];
  for (const [id, isFree] of statements.iterate(SELECT_OF_PHONE, phoneNumber)) {
    if (isFree === 1 && erasedIds.length === limit) break;
    (isFree === 1 ? erasedIds : inFlightIds).push(String(id));
  }
  if (erasedIds.length > 0) statements.run(DELETE_BY_IDS, JSON.stringify(erasedIds));
  return { erasedIds, inFlightIds };
}

/** The sent cache goes on remembering what it must. */
export function pruneMessages(
  statements: Statements,
  settledBefore: number,
  limit: number,
  times: CacheTimes,
): number {
  const seqs = JSON.stringify(statements.rows(SELECT_OLD, settledBefore, limit).map(([seq]) => Number(seq)));
  rememberSent(statements, seqs, times);
  return statements.run(DELETE_BY_SEQS, seqs);
}

export function stopDelivery(statements: Statements, { at, by }: DeliveryStop): void {
  statements.run(STOP_DELIVERY, at, by);
}

export function resumeDelivery(statements: Statements): void {
  statements.run('DELETE FROM delivery_stop');
}

export function readDeliveryStop(statements: Statements): DeliveryStop | null {
  const row = statements.row('SELECT stopped_at, stopped_by FROM delivery_stop');
  return row === undefined ? null : { at: Number(row[0]), by: readText(row[1]) };
}
