import type { ListQuery, ListResult, Message, StatusCounts } from '@messaging-system/core';
import { EXACT_COUNT_LIMIT, MESSAGE_STATUSES, type StatusCount } from '@messaging-system/core/adapter';
import { MESSAGE_COLUMNS, messageFromRow, storable } from './row.ts';
import type { Session } from './session.ts';

const SELECT = `SELECT ${MESSAGE_COLUMNS} FROM messaging.messages m`;
const PAGE = 'm.id < $1 ORDER BY m.id DESC LIMIT $2';

export const SELECT_BY_ID: string = `${SELECT} WHERE m.id = $1`;
export const LIST_ALL: string = `${SELECT} WHERE ${PAGE}`;
export const LIST_OF_STATUS: string = `${SELECT} WHERE m.status = $3 AND ${PAGE}`;
export const LIST_OF_PHONE: string = `${SELECT} WHERE m.phone_number = $3 AND ${PAGE}`;
export const LIST_OF_BOTH: string = `${SELECT} WHERE m.phone_number = $3 AND m.status = $4 AND ${PAGE}`;

/** No more of each status than can be told exactly, and one. In the order of the index, so that it is used. */
export const COUNT: string = MESSAGE_STATUSES.map(
  (status) => `
SELECT '${status}' AS status, (
  SELECT count(*) FROM (
    SELECT m.id FROM messaging.messages m WHERE m.status = '${status}' ORDER BY m.id LIMIT ${EXACT_COUNT_LIMIT + 1}
  ) AS counted
) AS count`,
).join(' UNION ALL');

export async function findById(session: Session, id: string): Promise<Message | null> {
  const [row] = await session.read(SELECT_BY_ID, storable(id));
  return row === undefined ? null : messageFromRow(row);
}

export async function counts(session: Session): Promise<StatusCounts> {
  const found = (await session.read(COUNT)).map(({ status, count }): [string, StatusCount] => {
    const many = Number(count);
    return [String(status), { count: Math.min(many, EXACT_COUNT_LIMIT), exact: many <= EXACT_COUNT_LIMIT }];
  });
  // The statuses are exactly the keys: `fromEntries` alone cannot tell.
  return Object.fromEntries(found) as StatusCounts;
}

export async function list(session: Session, query: ListQuery): Promise<ListResult> {
  const { cursor, limit, phoneNumber, status } = query;
  const below = cursor === undefined ? ABOVE_ALL : decodeCursor(cursor);
  if (below === null) return { kind: 'invalid_cursor' };
  const conditions = [phoneNumber === undefined ? [] : storable(phoneNumber), status ?? []].flat();
  // One more than asked for tells whether a next page exists.
  const rows = await session.read(statementOf(query), below, limit + 1, ...conditions);
  const items = rows.slice(0, limit).map(messageFromRow);
  const last = items.at(-1);
  return {
    kind: 'page',
    items,
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(last.id) : null,
  };
}

function statementOf({ phoneNumber, status }: ListQuery): string {
  if (phoneNumber !== undefined) return status === undefined ? LIST_OF_PHONE : LIST_OF_BOTH;
  return status === undefined ? LIST_ALL : LIST_OF_STATUS;
}

/** The last character that there is, four times: no id of this package or of the table's default is above. */
const ABOVE_ALL = '\u{10FFFF}'.repeat(4);

const MARK = 'before:';

/** The id that the next page starts below, marked so that a cursor of another store is told apart. */
function encodeCursor(id: string): string {
  return Buffer.from(MARK + id).toString('base64url');
}

/** The id, or null for what `encodeCursor` did not make. */
function decodeCursor(cursor: string): string | null {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!text.startsWith(MARK)) return null;
  const id = text.slice(MARK.length);
  return encodeCursor(id) === cursor && storable(id) === id ? id : null;
}
