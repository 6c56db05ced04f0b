import type { CollationOptions, Collection, Document } from 'mongodb';
import type { StoredDocument } from './stored-document.ts';
import { READING, withOptions } from './with-options.ts';

/** Compares byte by byte. A server may name it or leave it out; both mean the same. */
export const SIMPLE: CollationOptions = { locale: 'simple' };

export function isSimple(collation: Document | undefined): boolean {
  return collation === undefined || collation.locale === SIMPLE.locale;
}

/** The operations of a collection that compare texts, with the position of their options. */
const COMPARING: Readonly<Record<string, number>> = {
  ...READING,
  findOneAndUpdate: 2,
  updateOne: 2,
  updateMany: 2,
  deleteOne: 1,
  deleteMany: 1,
};

/**
 * The same collection, except that it compares texts byte by byte whatever its default: a collation that takes `a` for `A` would make one of two idempotency
 * keys or lease tokens. Only for a collection with a default: servers that know no collation refuse the option.
 */
export function inSimpleCollation(collection: Collection<StoredDocument>): Collection<StoredDocument> {
  return new Proxy(withOptions(collection, COMPARING, { collation: SIMPLE }), {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (name !== 'bulkWrite' || typeof member !== 'function') return member;
      return (writes: readonly Document[], ...rest: unknown[]) => member(writes.map(collated), ...rest);
    },
  });
}

function collated(write: Document): Document {
  return Object.fromEntries(
    Object.entries(write).map(([kind, model]) => [
      kind,
      kind === 'insertOne' ? model : { ...model, collation: SIMPLE },
    ]),
  );
}
