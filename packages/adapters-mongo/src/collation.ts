import type { CollationOptions, Collection, Document } from 'mongodb';
import type { StoredDocument } from './stored-document.ts';

/** Compares byte by byte. A server may name it or leave it out; both mean the same. */
export const SIMPLE: CollationOptions = { locale: 'simple' };

export function isSimple(collation: Document | undefined): boolean {
  return collation === undefined || collation.locale === SIMPLE.locale;
}

type Operation = (...args: readonly unknown[]) => unknown;

/** The operations of a collection that compare texts, with the position of their options. */
const COMPARING: Readonly<Record<string, number>> = {
  find: 1,
  findOne: 1,
  findOneAndUpdate: 2,
  updateOne: 2,
  updateMany: 2,
  deleteOne: 1,
  deleteMany: 1,
  countDocuments: 1,
  aggregate: 1,
};

/**
 * The same collection, except that it compares texts byte by byte whatever its default: a collation that takes `a` for `A` would make one of two idempotency
 * keys or lease tokens. Only for a collection with a default: servers that know no collation refuse the option.
 */
export function inSimpleCollation(collection: Collection<StoredDocument>): Collection<StoredDocument> {
  return new Proxy(collection, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      // What a collection has by a name is a method of it.
      const operation = member.bind(target) as Operation;
      if (name === 'bulkWrite')
        return (writes: readonly Document[], ...rest: unknown[]) => operation(writes.map(collated), ...rest);
      const at = typeof name === 'string' ? COMPARING[name] : undefined;
      if (at === undefined) return operation;
      return (...args: readonly unknown[]) => {
        const before = Array.from({ length: at }, (_, position) => args[position] ?? {});
        return operation(...before, { ...Object(args[at]), collation: SIMPLE });
      };
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
