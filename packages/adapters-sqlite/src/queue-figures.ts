import { MESSAGE_STATUSES, type StatusCount, type StatusCounts } from '@messaging-system/core';
import type { Statements } from './statements.ts';

const SELECT_COUNTS = 'SELECT status, count FROM status_counts';
const SELECT_ARRIVALS = `SELECT arrivals FROM status_counts WHERE status = 'unsent'`;
const SELECT_DATA_VERSION = 'PRAGMA data_version';

export const SELECT_NEXT_DUE: string = `
SELECT ifnull(available_at, 0) FROM messages INDEXED BY messages_due
WHERE status = 'unsent' AND lease_token IS NULL ORDER BY available_at LIMIT 1`;

/** From the counters that the file's triggers keep: exact at any size. */
export function readCounts(statements: Statements): StatusCounts {
  const counters = new Map(statements.rows(SELECT_COUNTS).map(([status, count]) => [status, Number(count)]));
  const counts = MESSAGE_STATUSES.map((status): [string, StatusCount] => [
    status,
    { count: counters.get(status) ?? 0, exact: true },
  ]);
  // The statuses are exactly the keys: `fromEntries` alone cannot tell.
  return Object.fromEntries(counts) as StatusCounts;
}

export function readNextDueAt(statements: Statements): number | null {
  const row = statements.row(SELECT_NEXT_DUE);
  return row === undefined ? null : Number(row[0]);
}

/** How often a message has become `unsent`, by whatever program. Only grows. */
export function readArrivals(statements: Statements): number {
  return Number(statements.row(SELECT_ARRIVALS)?.[0] ?? 0);
}

/** Another value after each commit of another connection. */
export function readDataVersion(statements: Statements): number {
  return Number(statements.row(SELECT_DATA_VERSION)?.[0]);
}
