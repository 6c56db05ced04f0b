import type { EraseResult } from '@messaging-system/core';
import { type CacheTimes, rememberSent } from './sent-cache-rows.ts';
import type { Statements } from './statements.ts';

export const SELECT_OF_PHONE: string = `
SELECT id, status <> 'unsent' OR lease_token IS NULL OR (ifnull(lease_journals, 0) = 1 AND begun_at IS NULL) FROM messages INDEXED BY messages_by_phone
WHERE phone_number = ?1 ORDER BY id`;

export const DELETE_BY_IDS: string = 'DELETE FROM messages WHERE id IN (SELECT value FROM json_each(?1))';

export const SELECT_OLD: string = `
SELECT seq FROM messages INDEXED BY messages_settled
WHERE status <> 'unsent' AND status IN ('sent', 'cancelled') AND settled_at < ?1 LIMIT ?2 + 0`;

export const DELETE_BY_SEQS: string = 'DELETE FROM messages WHERE seq IN (SELECT value FROM json_each(?1))';

/** Removes up to `limit` messages; of those that may be under way it reports the ones that it met, all of them when none is left to remove. */
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
