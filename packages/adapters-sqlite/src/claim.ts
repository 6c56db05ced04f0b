import {
  type ClaimedMessage,
  type ClaimRequest,
  claim,
  claimedMessage,
} from '@messaging-system/core/adapter';
import { MESSAGE_COLUMNS, storedFromRow } from './row.ts';
import type { Row, Statements } from './statements.ts';

/** Ours, and other services' once they were claimed: in due order. */
export const SELECT_DUE: string = `
SELECT ${MESSAGE_COLUMNS}, seq FROM messages INDEXED BY messages_due
WHERE status = 'unsent' AND available_at <= ?1 ORDER BY available_at, seq LIMIT ?2 + 0`;

/** Other services': in order of arrival. */
export const SELECT_FOREIGN: string = `
SELECT ${MESSAGE_COLUMNS}, seq FROM messages INDEXED BY messages_due
WHERE status = 'unsent' AND available_at IS NULL ORDER BY seq LIMIT ?1 + 0`;

// Core's `claim` for many rows at once. The bound on `lost_leases` keeps an edited value from overflowing,
// which would refuse the claim. No SQL function and no abort, or else SQLite would copy every page that it
// changes into a temporary file; a failure takes its whole transaction with it in any case.
const HAS_LOST_A_BEGINNING =
  '(lease_token IS NOT NULL AND (NOT ifnull(lease_journals, 0) OR begun_at IS NOT NULL))';
const LOST_LEASES = `
  (CASE WHEN lost_leases > 1000000 THEN 1000000 WHEN lost_leases > 0 THEN lost_leases ELSE 0 END + ${HAS_LOST_A_BEGINNING})`;
const LEASED = `
UPDATE OR FAIL messages SET
  due_at = available_at,
  available_at = ?1,
  leased_until = ?1,
  lease_token = ?2,
  lease_journals = ?3 OR ${LOST_LEASES} > 0,
  begun_at = NULL,
  in_doubt = ifnull(in_doubt, 0) OR ${HAS_LOST_A_BEGINNING},
  lost_leases = ${LOST_LEASES}
`;
export const LEASE: string = `${LEASED}WHERE seq IN (SELECT value FROM json_each(?4))`;

/** For rows that stand next to each other, as those of a backlog mostly do: takes a sixth less. */
export const LEASE_NEIGHBOURS: string = `${LEASED}WHERE seq BETWEEN ?4 AND ?5`;

const SEQ_POSITION = MESSAGE_COLUMNS.split(',').length;

/** Inside a transaction that holds the write lock. */
export function claimDue(statements: Statements, request: ClaimRequest): readonly ClaimedMessage[] {
  const rows = pickDue(statements, request);
  if (rows.length === 0) return [];
  lease(
    statements,
    request,
    rows.map((row) => Number(row[SEQ_POSITION])),
  );
  return rows.map((row) => {
    const stored = storedFromRow(row);
    return claimedMessage(stored, claim(stored, request));
  });
}

/** Half of the claim from each of the two streams as far as they reach; one takes what the other leaves. */
function pickDue(statements: Statements, { now, limit }: ClaimRequest): readonly Row[] {
  const own = statements.rows(SELECT_DUE, now, limit);
  const foreignShare = Math.max(Math.floor(limit / 2), limit - own.length);
  const foreign = foreignShare > 0 ? statements.rows(SELECT_FOREIGN, foreignShare) : [];
  return [...own.slice(0, limit - foreign.length), ...foreign];
}

function lease(statements: Statements, request: ClaimRequest, seqs: readonly number[]): void {
  const first = Math.min(...seqs);
  const last = Math.max(...seqs);
  // Nothing else is between them then: a number belongs to one row.
  const areNeighbours = last - first === seqs.length - 1;
  const [sql, ...which] = areNeighbours ? [LEASE_NEIGHBOURS, first, last] : [LEASE, JSON.stringify(seqs)];
  statements.run(sql, request.leasedUntil, request.leaseToken, request.journals ? 1 : 0, ...which);
}
