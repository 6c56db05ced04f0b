import { BSON, ObjectId } from 'mongodb';
import type { DocumentId } from './stored-document.ts';

const OBJECT_ID = /^[0-9a-f]{24}$/;
const OTHER = 'bson-';

/**
 * The id of a document as the text that everyone outside the store sees: 24 hex digits for an ObjectId; any other `_id` as
 * `bson-` and the base64url of its canonical Extended JSON, which is safe in URLs and header values.
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
    const { id }: { readonly id?: unknown } = BSON.EJSON.parse(
      Buffer.from(text.slice(OTHER.length), 'base64url').toString(),
      {
        relaxed: false,
      },
    );
    // Two texts for one `_id` would be two ids of one message; and a regular expression, which no `_id` is,
    // would be a pattern in a filter.
    return canBeId(id) && encodeId(id) === text ? { id } : null;
  } catch {
    return null;
  }
}

/** The `_id`s of the texts that have one. */
export function decodeIds(texts: readonly string[]): readonly DocumentId[] {
  return texts.flatMap((text) => {
    const decoded = decodeId(text);
    return decoded === null ? [] : [decoded.id];
  });
}

// https://www.mongodb.com/docs/manual/core/document/#the-_id-field
function canBeId(id: unknown): id is DocumentId {
  return (
    id !== undefined && !Array.isArray(id) && !(id instanceof RegExp) && !(id instanceof BSON.BSONRegExp)
  );
}
