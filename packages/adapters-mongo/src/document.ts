import type { Message } from '@messaging-system/core';
import {
  type DeliveryAttempt,
  isMessageStatus,
  readAttempt,
  readMetadata,
  readText,
  validTraceparent,
  withMetadata,
} from '@messaging-system/core/adapter';
import { BSON, type Collection, type Document, type Filter, ObjectId } from 'mongodb';

/**
 * Another service may use any type as `_id`, but the driver's filters need one type. So this names the type
 * that this package writes. Do not rely on it: `encodeId` reads every type.
 */
export type DocumentId = ObjectId;

/** A document of the collection as it may be found there: any service may have written it, in any shape. */
export interface StoredDocument {
  readonly _id: DocumentId;
  readonly [field: string]: unknown;
}

export type MessageCollection = Collection<StoredDocument>;

const OBJECT_ID = /^[0-9a-f]{24}$/;
const OTHER = 'bson-';

/**
 * The id of a document as the text that everyone outside the store sees: 24 hex digits for an ObjectId; any
 * other `_id` as `bson-` and the base64url of its canonical Extended JSON, which is safe in URLs and header
 * values.
 * @see https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/
 */
export function encodeId(id: unknown): string {
  if (id instanceof ObjectId) return id.toHexString();
  return OTHER + Buffer.from(BSON.EJSON.stringify({ id }, { relaxed: false })).toString('base64url');
}

/** The `_id` of a text that `encodeId` made, wrapped because null is one too; null for every other text. */
export function decodeId(text: string): { readonly id: DocumentId } | null {
  if (OBJECT_ID.test(text)) return { id: ObjectId.createFromHexString(text) };
  if (!text.startsWith(OTHER)) return null;
  try {
    const json = Buffer.from(text.slice(OTHER.length), 'base64url').toString();
    const { id }: { readonly id?: unknown } = BSON.EJSON.parse(json, { relaxed: false });
    // Two texts for one `_id` would be two ids of one message; and a regular expression, which no `_id` is,
    // would be a pattern in a filter.
    return canBeId(id) && encodeId(id) === text ? { id } : null;
  } catch {
    return null;
  }
}

// https://www.mongodb.com/docs/manual/core/document/#the-_id-field
function canBeId(id: unknown): id is DocumentId {
  return (
    id !== undefined && !Array.isArray(id) && !(id instanceof RegExp) && !(id instanceof BSON.BSONRegExp)
  );
}

/** Finds the documents whose ids these are; a text that is not an id finds none. */
export function byIds(texts: readonly string[]): Filter<StoredDocument> {
  const decoded = texts.map(decodeId).filter((id) => id !== null);
  return { _id: { $in: decoded.map(({ id }) => id) } };
}

/** A new message as a document: the Go service's fields, and the fields of this package that have a value. */
export function newDocument(message: Message): StoredDocument {
  return {
    _id: ObjectId.createFromHexString(message.id),
    phoneNumber: message.phoneNumber,
    content: message.content,
    status: message.status,
    ...dated('createdAt', message.createdAt),
    ...dated('sendAt', message.sendAt),
    ...dated('expiresAt', message.expiresAt),
    ...given('idempotencyKey', message.idempotencyKey),
    ...given('traceparent', message.traceparent),
    ...(message.metadata !== undefined && { metadata: message.metadata }),
    ...dated('dueAt', message.dueAt),
    ...dated('availableAt', message.availableAt),
  };
}

function given(field: string, text: string | null): { readonly [field: string]: string } {
  return text === null ? {} : { [field]: text };
}

function dated(field: string, at: number | null): { readonly [field: string]: Date } {
  return at === null ? {} : { [field]: new Date(at) };
}

/** An attempt as documents keep it. */
export function historyEntry(attempt: DeliveryAttempt): Document {
  return { ...attempt, startedAt: new Date(attempt.startedAt) };
}

/** Go's zero time, 0001-01-01T00:00:00Z, is how the Go service writes 'never'. */
const GO_ZERO_TIME = -62_135_596_800_000;

/**
 * A document as a message, as far as it can be read: a field of the wrong type counts as absent, a text as
 * empty. Null when we do not know its `status`: then it is not a message.
 */
export function readMessage(document: StoredDocument): Message | null {
  if (!isMessageStatus(document.status)) return null;
  const message: Message = {
    id: encodeId(document._id),
    phoneNumber: readText(document.phoneNumber) ?? '',
    content: readText(document.content) ?? '',
    status: document.status,
    webhookMessageId: readText(document.webhookMessageId) || null,
    sentAt: sentAt(document.sentAt),
    createdAt: instant(document.createdAt),
    sendAt: instant(document.sendAt),
    expiresAt: instant(document.expiresAt),
    idempotencyKey: readText(document.idempotencyKey),
    dueAt: instant(document.dueAt),
    availableAt: instant(document.availableAt),
    leasedUntil: document.status === 'unsent' ? instant(document.leasedUntil) : null,
    settledAt: instant(document.settledAt),
    attempts: count(document.attempts),
    lostLeases: count(document.lostLeases),
    reason: readText(document.reason),
    history: Array.isArray(document.history) ? document.history.flatMap(attemptIn) : [],
    traceparent: validTraceparent(readText(document.traceparent)),
  };
  return document.metadata === undefined ? message : withMetadata(readMetadata(document.metadata), message);
}

function attemptIn(entry: unknown): readonly DeliveryAttempt[] {
  if (typeof entry !== 'object' || entry === null) return [];
  const { startedAt, reason, uncounted, ...fields }: { readonly [field: string]: unknown } = { ...entry };
  const read = readAttempt({
    ...fields,
    startedAt: instant(startedAt),
    reason: readText(reason),
    ...(uncounted === true && { uncounted }),
  });
  return read === null ? [] : [read];
}

function sentAt(value: unknown): number | null {
  const at = instant(value);
  return at === null || at <= GO_ZERO_TIME ? null : at;
}

function instant(value: unknown): number | null {
  // A BSON date outside of what a JavaScript one can hold is not a number.
  return value instanceof Date && !Number.isNaN(value.getTime()) ? value.getTime() : null;
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

// Aggregation expressions. Any service may have written the fields, so no type is sure.

export const isDate = (field: string): Document => ({ $eq: [{ $type: field }, 'date'] });

export const isText = (field: string): Document => ({ $eq: [{ $type: field }, 'string'] });

/**
 * The count in the field, 0 where there is none that can be read: what the reader takes for 0 must not be
 * more here, or it would never grow.
 */
export const countIn = (field: string): Document => ({
  $cond: [
    { $and: [{ $isNumber: field }, { $gte: [field, 0] }, { $lte: [field, Number.MAX_SAFE_INTEGER] }] },
    { $trunc: field },
    0,
  ],
});

export const arrayIn = (field: string): Document => ({ $cond: [{ $isArray: field }, field, []] });

/** A value as it is: text that begins with a dollar would be a field, an object an expression. */
export const literal = (value: unknown): Document => ({ $literal: value });

/** In `$set`: the field goes, or does not come. */
export const REMOVED = '$$REMOVE';
