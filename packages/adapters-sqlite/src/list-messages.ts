import { type ListQuery, type ListResult, MESSAGE_STATUSES } from '@messaging-system/core';
import { decodeCursor, encodeCursor } from './list-cursor.ts';
import { MESSAGE_COLUMNS, messageFromRow } from './row-mapping.ts';
import type { Statements } from './statements.ts';

export type ListFilter = 'none' | 'status' | 'phone' | 'both';

const SELECT = `SELECT ${MESSAGE_COLUMNS} FROM messages`;
const OF_PHONE = `${SELECT} INDEXED BY messages_by_phone WHERE phone_number = ?2 AND status =`;

// Each filter has an index that is already in the order of the list. ?1 is the limit, the filters' values follow.
const FILTERED: Readonly<Record<ListFilter, readonly string[]>> = {
  none: [`${SELECT} WHERE true`],
  status: [`${SELECT} INDEXED BY messages_by_status WHERE status = ?2`],
  // One index serves a phone number with and without a status: without, the ranges of the statuses are merged.
  phone: MESSAGE_STATUSES.map((status) => `${OF_PHONE} '${status}'`),
  both: [`${OF_PHONE} ?3`],
};

/** `cursor` is the number of the parameter with the id that the page starts below. */
export function listSql(filter: ListFilter, cursor: number | null): string {
  const below = cursor === null ? '' : ` AND id < ?${cursor}`;
  const parts = FILTERED[filter].map((part) => part + below);
  return `${parts.join('\nUNION ALL\n')}\nORDER BY id DESC LIMIT ?1`;
}

export function listMessages(statements: Statements, query: ListQuery): ListResult {
  const before = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
  if (before === null) return { kind: 'invalid_cursor' };

  const values = [query.phoneNumber, query.status].filter((value) => value !== undefined);
  const sql = listSql(filterOf(query), before === undefined ? null : values.length + 2);
  // One more than asked for tells whether a next page exists.
  const rows = statements.rows(sql, query.limit + 1, ...values, ...(before === undefined ? [] : [before]));
  const items = rows.slice(0, query.limit).map(messageFromRow);
  const last = items.at(-1);
  return {
    kind: 'page',
    items,
    nextCursor: rows.length > query.limit && last !== undefined ? encodeCursor(last.id) : null,
  };
}

function filterOf({ phoneNumber, status }: ListQuery): ListFilter {
  if (phoneNumber === undefined) return status === undefined ? 'none' : 'status';
  return status === undefined ? 'phone' : 'both';
}
