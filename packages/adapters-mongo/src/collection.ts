import type { Random } from '@messaging-system/core/adapter';
import {
  type Collection,
  type CollectionOptions,
  type Db,
  type Document,
  type Filter,
  type FindOptions,
  type MongoClientOptions,
  ReadPreference,
  type WriteConcernSettings,
} from 'mongodb';
import type { DocumentId, MessageCollection, StoredDocument } from './document.ts';
import { type IndexNames, SIMPLE } from './indexes.ts';

/** The tools of the repository's operations. */
export interface MessageStore {
  readonly collection: MessageCollection;
  /** Each query names the index that serves it. */
  readonly indexes: IndexNames;
  readonly random: Random;
}

/**
 * Options for the caller's `MongoClient` with which every operation of the repository ends in bounded time: 5
 * s to find a primary, 15 s for an answer on a connection. The driver's own defaults wait 30 s for the one
 * and for ever for the other.
 */
export const mongoClientOptions: Readonly<MongoClientOptions> = {
  appName: 'messaging-system',
  serverSelectionTimeoutMS: 5_000,
  connectTimeoutMS: 5_000,
  socketTimeoutMS: 15_000,
  waitQueueTimeoutMS: 10_000,
  maxPoolSize: 20,
  retryReads: true,
  retryWrites: true,
};

/** How long a write may wait for a majority before its outcome is called unknown. */
const MAJORITY_WAIT_MS = 10_000;

/**
 * Less than the time-out of the socket (`mongoClientOptions`): an operation that nobody waits for any more must not run on
 * in the server while it is repeated.
 */
const READ_MS = 12_000;

export const MAJORITY: WriteConcernSettings = { w: 'majority', journal: true, wtimeoutMS: MAJORITY_WAIT_MS };

/**
 * Independent of the options of the caller's client: a write counts when a majority has it in its
 * journal, a read sees what a majority has, on the primary, and documents arrive as the reader of this
 * package expects their types. Text that is not UTF-8, which other drivers write without a word, is read with
 * replacement characters instead of failing the whole batch. The server gives up a read after 12 s.
 */
const DURABLE: CollectionOptions = {
  writeConcern: MAJORITY,
  readConcern: { level: 'majority' },
  readPreference: ReadPreference.primary,
  enableUtf8Validation: false,
  promoteValues: true,
  promoteLongs: true,
  promoteBuffers: false,
  useBigInt64: false,
  bsonRegExp: false,
  raw: false,
  ignoreUndefined: false,
};

/** The operations of a collection that read and change nothing, with the position of their options. */
const READING: Readonly<Record<string, number>> = { find: 1, findOne: 1, countDocuments: 1, aggregate: 1 };

/** The operations of a collection that compare texts, with the position of their options. */
const COMPARING: Readonly<Record<string, number>> = {
  ...READING,
  findOneAndUpdate: 2,
  updateOne: 2,
  updateMany: 2,
  deleteOne: 1,
  deleteMany: 1,
};

export function durableCollection<Stored extends Document>(db: Db, name: string): Collection<Stored> {
  return withOptions(db.collection<Stored>(name, DURABLE), READING, { maxTimeMS: READ_MS });
}

/**
 * The same collection, except that it compares texts byte by byte whatever its default: a collation that
 * takes `a` for `A` would make one of two idempotency keys or lease tokens. Only for a collection with a
 * default: servers that know no collation refuse the option.
 */
export function inSimpleCollation(collection: MessageCollection): MessageCollection {
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

type Operation = (...args: readonly unknown[]) => unknown;

/** The same collection, except that these operations always have these options. */
function withOptions<Stored extends Document>(
  collection: Collection<Stored>,
  positions: Readonly<Record<string, number>>,
  options: Document,
): Collection<Stored> {
  return new Proxy(collection, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      // A collection's property of that name is a method.
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

/** The ids of the documents that the filter finds. */
export async function findIds(
  collection: MessageCollection,
  filter: Filter<StoredDocument>,
  options: Pick<FindOptions, 'hint' | 'limit' | 'sort'> = {},
): Promise<readonly DocumentId[]> {
  const found = await collection.find(filter, { projection: { _id: 1 }, ...options }).toArray();
  return found.map(({ _id }) => _id);
}

/** The name that a mongos gives itself; some compatible servers do so too. */
const ROUTER = 'isdbgrid';

/**
 * The clock of the primary that has the collection, to the millisecond. On a sharded cluster it is the mongos
 * that answers `hello`, often on the machine of the program whose clock is to be checked, so there a stage is
 * asked that runs on the shard.
 * @see https://www.mongodb.com/docs/manual/reference/operator/aggregation/collStats/
 */
export async function storeNow(db: Db, collection: MessageCollection): Promise<number> {
  const { localTime, msg } = await db.command({ hello: 1 }, { readPreference: ReadPreference.primary });
  if (msg !== ROUTER) return Number(localTime);
  // The stage knows no other read concern.
  const [stats] = await collection
    .aggregate([{ $collStats: {} }], { readConcern: { level: 'local' } })
    .toArray();
  // A server may call itself a router and have no time in its statistics.
  return Number(stats?.localTime instanceof Date ? stats.localTime : localTime);
}
