import type { ListQuery, ListResult, Message, StatusCounts } from '@messaging-system/core';
import { EXACT_COUNT_LIMIT, MESSAGE_STATUSES, type StatusCount } from '@messaging-system/core/adapter';
import { MESSAGE_COLUMNS, messageFromRow, storable } from './row.ts';
import type { Session } from './session.ts';

const SELECT = `SELECT ${MESSAGE_COLUMNS} FROM messaging.messages m`;
/**
 * The unsent messages, for lists and counts. Written in another way than in the index of what is due, and in the claim: one
 * of these indexes must never be taken for the other.
 */
const IS_LISTED_UNSENT = `left(m.status, 6) = 'unsent'`;
export const UNSENT_INDEX = `messaging.messages (id) WHERE left(status, 6) = 'unsent'`;

/**
 * A page of what has this value ($3) in a column, below an id. Value and id are compared and ordered as a pair: only the
 * index of both has that order, so that the planner has no other choice, whatever it believes of the values.
 */
const pageOf = (column: string, conditions: string): string => `${SELECT}
WHERE (${column}, m.id) < ($3, $1) AND (${column}, m.id) >= ($3, '')${conditions}
ORDER BY ${column} DESC, m.id DESC LIMIT $2`;

export const SELECT_BY_ID: string = `${SELECT} WHERE m.id = $1`;
export const LIST_ALL: string = `${SELECT} WHERE m.id < $1 ORDER BY m.id DESC LIMIT $2`;
export const LIST_UNSENT: string = `${SELECT} WHERE ${IS_LISTED_UNSENT} AND m.id < $1 ORDER BY m.id DESC LIMIT $2`;
export const LIST_OF_STATUS: string = pageOf('m.status', ` AND m.status <> 'unsent'`);
export const LIST_OF_PHONE: string = pageOf('m.phone_number', '');
export const LIST_OF_BOTH: string = pageOf('m.phone_number', ` AND m.status || '' = $4`);

/** No more of each status than can be counted exactly, and one. In the order of an index, so that it is used. */
export const COUNT: string = MESSAGE_STATUSES.map((status) => {
  const [condition, order] =
    status === 'unsent'
      ? [IS_LISTED_UNSENT, 'm.id']
      : [`m.status <> 'unsent' AND m.status >= '${status}' AND m.status <= '${status}'`, 'm.status, m.id'];
  return `
SELECT '${status}' AS status, (
  SELECT count(*) FROM (
    SELECT m.id FROM messaging.messages m WHERE ${condition} ORDER BY ${order} LIMIT ${EXACT_COUNT_LIMIT + 1}
  ) AS counted
) AS count`;
}).join(' UNION ALL');

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
  const { cursor, limit } = query;
  const below = cursor === undefined ? ABOVE_ALL : decodeCursor(cursor);
  if (below === null) return { kind: 'invalid_cursor' };
  const [statement, ...values] = statementOf(query);
  // One more than asked for tells whether a next page exists.
  const rows = await session.read(statement, below, limit + 1, ...values);
  const items = rows.slice(0, limit).map(messageFromRow);
  const last = items.at(-1);
  return {
    kind: 'page',
    items,
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(last.id) : null,
  };
}

function statementOf({ phoneNumber, status }: ListQuery): readonly [string, ...string[]] {
  if (phoneNumber !== undefined) {
    const phone = storable(phoneNumber);
    return status === undefined ? [LIST_OF_PHONE, phone] : [LIST_OF_BOTH, phone, status];
  }
  if (status === undefined) return [LIST_ALL];
  return status === 'unsent' ? [LIST_UNSENT] : [LIST_OF_STATUS, status];
}

/** The last character that there is, four times: no id of this package or of the table's default is above. */
const ABOVE_ALL = '\u{10FFFF}'.repeat(4);

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
  return encodeCursor(id) === cursor && storable(id) === id ? id : null;
}
