import type { SQLInputValue } from 'node:sqlite';
import type { ListQuery, ListResult } from '@messaging-system/core';
import type { Connection } from './connection.ts';
import { decodeCursor, encodeCursor } from './list-cursor.ts';
import { listOfPhoneInStatus } from './list-of-phone-in-status.ts';
import { MESSAGE_COLUMNS, messageFromRow } from './row-mapping.ts';
import type { Row } from './statements.ts';

const SELECT = `SELECT ${MESSAGE_COLUMNS} FROM messages`;
const PAGE = 'id < ?1 ORDER BY id DESC LIMIT ?2 + 0';

export const LIST_ALL: string = `${SELECT} WHERE ${PAGE}`;
export const LIST_OF_STATUS: string = `${SELECT} INDEXED BY messages_by_status WHERE status = ?3 AND ${PAGE}`;
export const LIST_OF_PHONE: string = `${SELECT} INDEXED BY messages_by_phone WHERE phone_number = ?3 AND ${PAGE}`;

/** Above every id: SQLite sorts any blob after any text. */
const ABOVE_ALL = new Uint8Array();

export async function listMessages(connection: Connection, query: ListQuery): Promise<ListResult> {
  const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
  if (cursor === null) return { kind: 'invalid_cursor' };
  // One more than asked for tells whether a next page exists.
  const rows = await selectPage(connection, query, cursor ?? ABOVE_ALL, query.limit + 1);
  const items = rows.slice(0, query.limit).map(messageFromRow);
  const last = items.at(-1);
  return {
    kind: 'page',
    items,
    nextCursor: rows.length > query.limit && last !== undefined ? encodeCursor(last.id) : null,
  };
}

async function selectPage(
  connection: Connection,
  { phoneNumber, status }: ListQuery,
  below: SQLInputValue,
  count: number,
): Promise<readonly Row[]> {
  if (phoneNumber !== undefined && status !== undefined) {
    return listOfPhoneInStatus(connection, { phoneNumber, status }, below, count);
  }
  return connection.read((statements) => {
    if (phoneNumber !== undefined) return statements.rows(LIST_OF_PHONE, below, count, phoneNumber);
    if (status !== undefined) return statements.rows(LIST_OF_STATUS, below, count, status);
    return statements.rows(LIST_ALL, below, count);
  });
}
