import type { SQLInputValue } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ListQuery, ListResult, Message, MessageStatus, StatusCounts } from '@messaging-system/core';
import { MESSAGE_STATUSES, type StatusCount } from '@messaging-system/core/adapter';
import type { Connection } from './connection.ts';
import { MESSAGE_COLUMNS, messageFromRow } from './row.ts';
import type { Row, Statements } from './statements.ts';

const SELECT = `SELECT ${MESSAGE_COLUMNS} FROM messages`;
const PAGE = 'id < ?1 ORDER BY id DESC LIMIT ?2 + 0';

export const SELECT_BY_ID: string = `${SELECT} WHERE id = ?1`;
export const LIST_ALL: string = `${SELECT} WHERE ${PAGE}`;
export const LIST_OF_STATUS: string = `${SELECT} INDEXED BY messages_by_status WHERE status = ?3 AND ${PAGE}`;
export const LIST_OF_PHONE: string = `${SELECT} INDEXED BY messages_by_phone WHERE phone_number = ?3 AND ${PAGE}`;

const SELECT_COUNTS = 'SELECT status, count FROM status_counts';

export const SELECT_NEXT_DUE: string = `
SELECT ifnull(available_at, 0) FROM messages INDEXED BY messages_due
WHERE status = 'unsent' AND lease_token IS NULL ORDER BY available_at LIMIT 1`;

export function findById(statements: Statements, id: string): Message | null {
  const row = statements.row(SELECT_BY_ID, id);
  return row === undefined ? null : messageFromRow(row);
}

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

// Above every id: SQLite sorts any blob after any text.
const ABOVE_ALL = new Uint8Array();

export async function listMessages(connection: Connection, query: ListQuery): Promise<ListResult> {
  const cursor = query.cursor === undefined ? ABOVE_ALL : decodeCursor(query.cursor);
  if (cursor === null) return { kind: 'invalid_cursor' };
  // One more than asked for tells whether a next page exists.
  const rows = await selectPage(connection, query, cursor, query.limit + 1);
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
    return selectPageOfBoth(connection, phoneNumber, status, below, count);
  }
  return connection.read((statements) => {
    if (phoneNumber !== undefined) return statements.rows(LIST_OF_PHONE, below, count, phoneNumber);
    if (status !== undefined) return statements.rows(LIST_OF_STATUS, below, count, status);
    return statements.rows(LIST_ALL, below, count);
  });
}

const MARK = 'before:';

/** The id that the next page starts below, marked so that a cursor of another store is recognized. */
function encodeCursor(id: string): string {
  return Buffer.from(MARK + id).toString('base64url');
}

/** The id, or null for what `encodeCursor` did not make. */
function decodeCursor(cursor: string): string | null {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!text.startsWith(MARK)) return null;
  const id = text.slice(MARK.length);
  return encodeCursor(id) === cursor ? id : null;
}

// Rows that one step looks at: a few milliseconds.
const STEP_ROWS = 500;

const matching = (index: string): string => `
${SELECT} INDEXED BY ${index}
WHERE phone_number = ?1 AND status = ?2 AND id < ?3 AND id >= ?4 ORDER BY id DESC LIMIT ?5 + 0`;

const endOfStep = (index: string, column: string): string => `
SELECT id FROM messages INDEXED BY ${index}
WHERE ${column} = ?1 AND id < ?2 ORDER BY id DESC LIMIT 1 OFFSET ${STEP_ROWS - 1}`;

export const MATCHING_BY_PHONE: string = matching('messages_by_phone');
export const MATCHING_BY_STATUS: string = matching('messages_by_status');
export const END_BY_PHONE: string = endOfStep('messages_by_phone', 'phone_number');
export const END_BY_STATUS: string = endOfStep('messages_by_status', 'status');

/**
 * A page of the messages of a phone number in one status. An index of both would have to be rewritten, in a
 * page of its own, whenever a message is settled: that costs a third of the settle. So two scans go side by
 * side, one over the number's messages and one over the status, a step each in turn, until the first has
 * the page; other work of the process has its turn between the steps.
 */
async function selectPageOfBoth(
  connection: Connection,
  phoneNumber: string,
  status: MessageStatus,
  below: SQLInputValue,
  count: number,
): Promise<readonly Row[]> {
  const scanOf = (selectRows: string, selectEnd: string, key: string) => {
    const found: Row[] = [];
    let from = below;
    /** One step. The page, or null where another step is needed. */
    return (statements: Statements): readonly Row[] | null => {
      const to = statements.row(selectEnd, key, from)?.[0];
      found.push(...statements.rows(selectRows, phoneNumber, status, from, to ?? '', count - found.length));
      from = to ?? '';
      return to === undefined || found.length >= count ? found : null;
    };
  };
  const scans = [
    scanOf(MATCHING_BY_PHONE, END_BY_PHONE, phoneNumber),
    scanOf(MATCHING_BY_STATUS, END_BY_STATUS, status),
  ];
  for (;;) {
    for (const step of scans) {
      const page = await connection.read(step);
      if (page !== null) return page;
      await nextTurn();
    }
  }
}
