import type { Document } from 'mongodb';
import { Binary, BSON, ObjectId, Timestamp } from 'mongodb';
import type { DocumentId } from './stored-document.ts';

/**
 * BSON's types from the highest down, as far as an `_id` can have them. A comparison in a filter sees values of its own type only, a sort sees
 * all of them, so a page goes on in the types below.
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
export function idsBelow(id: DocumentId): Document | null {
  const type = typeOf(id);
  return type === 'maxKey' || type === 'null' || type === 'minKey' ? null : { _id: { $lt: id } };
}

/** The ids of the types that come after this one's; null where there is none. */
export function typesBelow(id: DocumentId): Document | null {
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
