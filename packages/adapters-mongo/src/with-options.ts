import type { Collection, Document } from 'mongodb';

type Operation = (...args: readonly unknown[]) => unknown;

/** The operations of a collection that read and change nothing, with the position of their options. */
export const READING: Readonly<Record<string, number>> = {
  find: 1,
  findOne: 1,
  countDocuments: 1,
  aggregate: 1,
};

/** The same collection, except that these operations always have these options. */
export function withOptions<Stored extends Document>(
  collection: Collection<Stored>,
  positions: Readonly<Record<string, number>>,
  options: Document,
): Collection<Stored> {
  return new Proxy(collection, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      // What a collection has by a name is a method of it.
      const operation = member.bind(target) as Operation;
      const at = typeof name === 'string' ? positions[name] : undefined;
      if (at === undefined) return operation;
      return (...args: readonly unknown[]) => {
        const before = Array.from({ length: at }, (_, position) => args[position] ?? {});
        return operation(...before, { ...Object(args[at]), ...options });
      };
    },
  });
}
