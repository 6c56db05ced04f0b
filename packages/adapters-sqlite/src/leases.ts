import type { LeaseResult } from '@messaging-system/core/adapter';
import type { Statements } from './statements.ts';

/** Sets the columns of a lease as they are without one. */
export const NO_LEASE = 'leased_until = NULL, lease_token = NULL, lease_journals = 0, begun_at = NULL';

/** The attempts without the one that the holder of the lease may have begun. */
export const ATTEMPTS_BEFORE_LEASE = 'max(0, min(ifnull(attempts, 0), 1000000) - (begun_at IS NOT NULL))';

// The plus keeps the index on the status out of it: the id alone finds the row.
const HELD = `WHERE id IN (SELECT value FROM json_each(?1)) AND +status = 'unsent' AND lease_token = ?2 RETURNING id`;

export const BEGIN_ATTEMPT: string = `
UPDATE messages SET
  attempts = max(0, min(ifnull(attempts, 0), 1000000)) + (begun_at IS NULL),
  begun_at = ifnull(begun_at, ?3)
${HELD}`;

// Never back: an extension that was given up may take effect after a later one.
export const EXTEND_LEASE: string = `
UPDATE messages SET
  available_at = max(ifnull(leased_until, ?3), ?3),
  leased_until = max(ifnull(leased_until, ?3), ?3)
${HELD}`;

export const RELEASE: string = `
UPDATE messages SET
  available_at = due_at,
  attempts = ${ATTEMPTS_BEFORE_LEASE},
  ${NO_LEASE}
${HELD}`;

/** Runs one of the statements above on the messages that the token holds. */
export function changeHeld(
  statements: Statements,
  sql: string,
  leaseToken: string,
  ids: readonly string[],
  ...values: readonly number[]
): LeaseResult {
  const rows = statements.rows(sql, JSON.stringify(ids), leaseToken, ...values);
  const changed = new Set(rows.map(([id]) => id));
  return { held: ids.filter((id) => changed.has(id)), stale: ids.filter((id) => !changed.has(id)) };
}
