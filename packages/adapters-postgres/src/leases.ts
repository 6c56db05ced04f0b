import type { LeaseResult } from '@messaging-system/core/adapter';
import { storable } from './row.ts';
import type { Session } from './session.ts';

/** Sets the columns of a lease as they are without one. */
export const NO_LEASE = `lease_token = '', lease_journals = false, begun_at = NULL`;

/** The bounds keep an edited value from overflowing. */
const ATTEMPTS = 'least(greatest(m.attempts, 0), 1000000)';

/** The attempts without the one that the holder of the lease may have begun. */
export const ATTEMPTS_BEFORE_LEASE: string = `greatest(${ATTEMPTS} - (m.begun_at IS NOT NULL)::integer, 0)`;

/**
 * The id alone is to find the row: the planner, which may not know yet that a backlog has come, would else read all of
 * a partial index on the unsent ones.
 */
export const IS_UNSENT = `m.status || '' = 'unsent'`;

/** Held by the token $1. An empty one is nobody's. */
export const IS_HELD: string = `${IS_UNSENT} AND m.lease_token = $1 AND m.lease_token <> ''`;

const HELD = `
WHERE m.id = ANY($2::text[]) AND ${IS_HELD}
RETURNING m.id`;

export const BEGIN_ATTEMPT: string = `
UPDATE messaging.messages m SET
  attempts = ${ATTEMPTS} + (m.begun_at IS NULL)::integer,
  begun_at = coalesce(m.begun_at, $3)
${HELD}`;

// Never back: an extension that was given up may take effect after a later one.
export const EXTEND_LEASE: string = `
UPDATE messaging.messages m SET available_at = greatest(m.available_at, $3)
${HELD}`;

export const RELEASE: string = `
UPDATE messaging.messages m SET
  available_at = m.due_at,
  attempts = ${ATTEMPTS_BEFORE_LEASE},
  ${NO_LEASE}
${HELD}`;

/** Runs one of the statements above on the messages that the token holds. */
export async function changeHeld(
  session: Session,
  sql: string,
  leaseToken: string,
  ids: readonly string[],
  ...values: readonly number[]
): Promise<LeaseResult> {
  if (ids.length === 0) return { held: [], stale: [] };
  const rows = await session.write(sql, storable(leaseToken), storableIds(ids), ...values);
  return splitByHeld(ids, new Set(rows.map(({ id }) => id)));
}

/** In an order that all statements share, so that two of them never wait for each other's rows. */
export function storableIds(ids: readonly string[]): readonly string[] {
  // No id has such a character, so leaving these out is the same as finding nothing.
  return ids.filter((id) => !id.includes('\0') && id.isWellFormed()).sort();
}

export function splitByHeld(ids: readonly string[], held: ReadonlySet<unknown>): LeaseResult {
  return { held: ids.filter((id) => held.has(id)), stale: ids.filter((id) => !held.has(id)) };
}
