import type { ListQuery, ListResult, Message, StatusCounts } from '@messaging-system/core';
import { EXACT_COUNT_LIMIT, MESSAGE_STATUSES, type StatusCount } from '@messaging-system/core/adapter';
import { Binary, BSON, type Document, type Filter, ObjectId, Timestamp } from 'mongodb';
import type { MessageStore } from './collection.ts';
import { type DocumentId, decodeId, encodeId, readMessage, type StoredDocument } from './document.ts';
import { type ClaimStart, DUE_ORDER, NOT_LEASED, ownFrom, WITHOUT_TIME } from './due-order.ts';

export async function findById({ collection }: MessageStore, id: string): Promise<Message | null> {
  const decoded = decodeId(id);
  if (decoded === null) return null;
  const document = await collection.findOne({ _id: { $eq: decoded.id } });
  return document === null ? null : readMessage(document);
}

export async function list(store: MessageStore, query: ListQuery): Promise<ListResult> {
  const { cursor, limit } = query;
  const before = cursor === undefined ? undefined : decodeId(cursor);
  if (before === null) return { kind: 'invalid_cursor' };
  const found: StoredDocument[] = [];
  for (const position of before === undefined ? [{}] : [idsBelow(before.id), typesBelow(before.id)]) {
    // One more than asked for tells whether there is another page.
    const room = limit + 1 - found.length;
    if (position !== null && room > 0) found.push(...(await findPage(store, query, position, room)));
  }
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    kind: 'page',
    items: page.map(readMessage).filter((message) => message !== null),
    nextCursor: found.length > limit && last !== undefined ? encodeId(last._id) : null,
  };
}

function findPage(
  { collection, indexes }: MessageStore,
  { status, phoneNumber }: ListQuery,
  position: Document,
  limit: number,
): Promise<StoredDocument[]> {
  const conditions = {
    ...(status === undefined ? {} : { status }),
    ...(phoneNumber === undefined ? {} : { phoneNumber }),
  };
  // A number has few messages, a status may have most.
  const index = phoneNumber !== undefined ? indexes.phoneNumber : indexes.status;
  const isNarrowed = Object.keys(conditions).length > 0;
  return collection
    .find({ ...conditions, ...position }, { sort: { _id: -1 }, limit, ...(isNarrowed && { hint: index }) })
    .toArray();
}

export async function counts({ collection, indexes }: MessageStore): Promise<StatusCounts> {
  const options = { limit: EXACT_COUNT_LIMIT + 1, hint: indexes.status };
  const counted = await Promise.all(
    MESSAGE_STATUSES.map(async (status): Promise<[string, StatusCount]> => {
      const count = await collection.countDocuments({ status }, options);
      return [status, { count: Math.min(count, EXACT_COUNT_LIMIT), exact: count <= EXACT_COUNT_LIMIT }];
    }),
  );
  // The statuses are exactly the keys: `fromEntries` alone cannot tell.
  return Object.fromEntries(counted) as StatusCounts;
}

export async function nextDueAt(
  { collection, indexes }: MessageStore,
  claimStart: ClaimStart,
): Promise<number | null> {
  const first = (due: Filter<StoredDocument>): Promise<StoredDocument | null> =>
    collection.findOne({ ...due, ...NOT_LEASED }, { sort: DUE_ORDER, hint: indexes.due });
  const start = claimStart.ofNextDue();
  const [missing, near] = await Promise.all([first(WITHOUT_TIME), first(ownFrom(start))]);
  if (missing !== null) return 0;
  const own = near === null && start !== null ? await first(ownFrom(null)) : near;
  return own === null ? null : (readMessage(own)?.availableAt ?? 0);
}

/**
 * BSON's types from the highest down, as far as an `_id` can have them. A comparison in a filter sees values
 * of its own type only, a sort sees all of them, so a page goes on in the types below.
 * @see https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
 */
const DESCENDING = [
  ['maxKey'],
  ['timestamp'],
  ['date'],
  ['bool'],
  ['objectId'],
  ['binData'],
  ['object'],
  ['string', 'symbol'],
  ['double', 'int', 'long', 'decimal'],
  ['null'],
  ['minKey'],
] as const;

type IdType = (typeof DESCENDING)[number][0];

/** The ids of the same type that come after this one in descending order; null where there can be none. */
function idsBelow(id: DocumentId): Document | null {
  const type = typeOf(id);
  return type === 'maxKey' || type === 'null' || type === 'minKey' ? null : { _id: { $lt: id } };
}

/** The ids of the types that come after this one's; null where there is none. */
function typesBelow(id: DocumentId): Document | null {
  const type = typeOf(id);
  const below = DESCENDING.slice(DESCENDING.findIndex(([name]) => name === type) + 1).flat();
  return below.length === 0 ? null : { _id: { $type: below } };
}

function typeOf(id: unknown): IdType {
  if (id instanceof ObjectId) return 'objectId';
  if (id === null) return 'null';
  if (id instanceof Date) return 'date';
  if (id instanceof Binary) return 'binData';
  if (id instanceof Timestamp) return 'timestamp';
  if (id instanceof BSON.MaxKey) return 'maxKey';
  if (id instanceof BSON.MinKey) return 'minKey';
  if (typeof id === 'string' || id instanceof BSON.BSONSymbol) return 'string';
  if (typeof id === 'boolean') return 'bool';
  return isNumber(id) ? 'double' : 'object';
}

function isNumber(id: unknown): boolean {
  return (
    typeof id === 'number' ||
    typeof id === 'bigint' ||
    [BSON.Int32, BSON.Long, BSON.Double, BSON.Decimal128].some((number) => id instanceof number)
  );
}
