import { setTimeout as sleep } from 'node:timers/promises';
import { StoreRejectedError } from '@messaging-system/core';
import type { CollationOptions, Document, Filter, IndexDescription, IndexDescriptionInfo } from 'mongodb';
import { encodeId, type MessageCollection, type StoredDocument } from './document.ts';
import { DUE_ORDER } from './due-order.ts';
import { hasCode, storeFault } from './errors.ts';

/** The purpose of an index; the queries name theirs. */
type IndexUse = 'due' | 'idempotencyKey' | 'status' | 'phoneNumber' | 'settled';

interface IndexDefinition extends IndexDescription {
  readonly name: string;
  readonly key: Readonly<Record<string, 1 | -1>>;
}

/** The names of the indexes in a collection, by what they are for. */
export type IndexNames = Readonly<Record<IndexUse, string>>;

export const INDEXES: Readonly<Record<IndexUse, IndexDefinition>> = {
  /** One range for each of the two streams of a claim: `availableAt` missing, and up to now. */
  due: {
    name: 'messaging_due',
    key: DUE_ORDER,
    partialFilterExpression: { status: 'unsent' },
  },
  idempotencyKey: {
    name: 'messaging_idempotency_key',
    key: { idempotencyKey: 1 },
    unique: true,
    partialFilterExpression: { idempotencyKey: { $type: 'string' } },
  },
  /**
   * Ascending, although pages are read from its end: the Go service asks for a status without an order and
   * gets that of this index.
   */
  status: { name: 'messaging_status_id', key: { status: 1, _id: 1 } },
  phoneNumber: { name: 'messaging_phone_number', key: { phoneNumber: 1, _id: -1 } },
  /** For pruning: only what we settled carries `settledAt`. */
  settled: {
    name: 'messaging_settled',
    key: { status: 1, settledAt: 1 },
    partialFilterExpression: { settledAt: { $exists: true } },
  },
};

/** Indexes of earlier versions, which another index replaces. */
const REPLACED_INDEXES: readonly IndexDefinition[] = [
  // The Go service's query took it, and so met its newest messages first.
  { name: 'messaging_status', key: { status: 1, _id: -1 } },
];

/** A query that each index serves: partial ones only serve what implies their condition. */
const SERVED: Readonly<Record<IndexUse, Filter<StoredDocument>>> = {
  due: { status: 'unsent' },
  idempotencyKey: { idempotencyKey: { $type: 'string' } },
  status: { status: 'unsent' },
  phoneNumber: { phoneNumber: '' },
  settled: { settledAt: { $exists: true } },
};

const USES = Object.keys(INDEXES) as readonly IndexUse[];

/** Compares byte by byte. A server may name it or leave it out; both mean the same. */
export const SIMPLE: CollationOptions = { locale: 'simple' };

function isSimple(collation: Document | undefined): boolean {
  return collation === undefined || collation.locale === SIMPLE.locale;
}

/** How many pairs of documents with the same key are named. */
const SHOWN = 3;

const TELL_AGAIN_MS = 10_000;
const LOOK_AGAIN_MS = 500;
const LOOKS_BETWEEN_TELLS = 20;

type Collated = { readonly collation?: CollationOptions };

interface EnsuredIndexes {
  readonly names: IndexNames;
  /** Whether the collection has a collation by default, which queries inherit unless they name another. */
  readonly isCollated: boolean;
}

/** Hears of the indexes that the opening waits for: at first, and about once in ten seconds. */
type OnIndexWait = (names: readonly string[]) => void;

/**
 * Makes the indexes that are missing, waits until each of them serves a query, and returns the names of all.
 * One with the same keys and options serves under any name, and is not made again: where all are there, the
 * right to read them is enough. An index of an earlier version is dropped once the one that replaces it is
 * there.
 */
export async function ensureIndexes(
  collection: MessageCollection,
  onWait: OnIndexWait = () => undefined,
): Promise<EnsuredIndexes> {
  for (;;) {
    const existing = await collection.indexes().catch((error: unknown): IndexDescriptionInfo[] => {
      // The collection comes into being with its indexes.
      if (hasCode(error, 'NamespaceNotFound')) return [];
      throw error;
    });
    const isCollated = existing.some(({ name, collation }) => name === '_id_' && !isSimple(collation));
    const missing = Object.values(INDEXES).filter((wanted) => serving(wanted, existing) === undefined);
    const collation = isCollated ? { collation: SIMPLE } : {};
    if (missing.length > 0) await create(collection, missing, existing, collation, onWait);
    const nameOf = (wanted: IndexDefinition): string => serving(wanted, existing)?.name ?? wanted.name;
    // The uses are exactly the keys: `fromEntries` alone cannot tell.
    const names = Object.fromEntries(USES.map((use) => [use, nameOf(INDEXES[use])])) as IndexNames;
    // The list also has indexes that are being built, and one whose build fails vanishes from it again: then
    // all begins anew.
    if (await areUsable(collection, names, collation, onWait)) {
      await dropReplacedIndexes(collection, existing);
      return { names, isCollated };
    }
  }
}

/**
 * Returns when they are built, however long that takes: the server goes on with a build whose client has
 * left.
 */
async function create(
  collection: MessageCollection,
  missing: readonly IndexDefinition[],
  existing: readonly IndexDescriptionInfo[],
  collation: Collated,
  onWait: OnIndexWait,
): Promise<void> {
  const inUse = missing.find(({ name }) => existing.some((index) => index.name === name));
  if (inUse !== undefined) throw inTheWay(inUse, inUse.name);
  const names = missing.map(({ name }) => name);
  const told = setInterval(() => onWait(names), TELL_AGAIN_MS);
  try {
    // The driver takes a time-out with each command, although its types know it for the client alone.
    const untimed = { socketTimeoutMS: 0, promoteValues: true };
    const wanted = missing.map((index) => ({ ...index, ...collation }));
    await collection.createIndexes(wanted, untimed);
  } catch (error) {
    throw await indexFault(collection, error, missing, existing);
  } finally {
    clearInterval(told);
  }
}

function serving(
  wanted: IndexDefinition,
  existing: readonly IndexDescriptionInfo[],
): IndexDescriptionInfo | undefined {
  return existing.find(
    (index) =>
      hasSameKeys(wanted, index) &&
      (index.unique ?? false) === (wanted.unique ?? false) &&
      JSON.stringify(index.partialFilterExpression) === JSON.stringify(wanted.partialFilterExpression) &&
      !index.sparse &&
      !index.hidden &&
      isSimple(index.collation) &&
      index.expireAfterSeconds === undefined,
  );
}

function hasSameKeys(wanted: IndexDefinition, index: IndexDescriptionInfo): boolean {
  return JSON.stringify(Object.entries(index.key)) === JSON.stringify(Object.entries(wanted.key));
}

async function indexFault(
  collection: MessageCollection,
  error: unknown,
  missing: readonly IndexDefinition[],
  existing: readonly IndexDescriptionInfo[],
): Promise<unknown> {
  if (hasCode(error, 'DuplicateKey')) {
    const shared = await sharedKeys(collection).catch(() => '');
    return new StoreRejectedError(
      `createIndexes: documents of the collection share an idempotencyKey, so ${INDEXES.idempotencyKey.name} cannot be made${shared}`,
    );
  }
  if (
    hasCode(error, 'CannotCreateIndex', 'IndexAlreadyExists', 'IndexOptionsConflict', 'IndexKeySpecsConflict')
  ) {
    for (const wanted of missing) {
      const rival = existing.find((index) => hasSameKeys(wanted, index));
      if (rival !== undefined) return inTheWay(wanted, rival.name);
    }
  }
  return storeFault('createIndexes', error);
}

/** The ids of some of them: a key may be a secret of its caller. */
async function sharedKeys(collection: MessageCollection): Promise<string> {
  const groups = await collection
    .aggregate([
      { $match: { idempotencyKey: { $type: 'string' } } },
      {
        $group: {
          _id: '$idempotencyKey',
          one: { $min: '$_id' },
          other: { $max: '$_id' },
          count: { $sum: 1 },
        },
      },
      { $match: { count: { $gt: 1 } } },
      { $limit: SHOWN },
    ])
    .toArray();
  const pairs = groups.map(({ one, other }) => `${encodeId(one)} and ${encodeId(other)}`);
  return pairs.length === 0 ? '' : `; these pairs have the same key: ${pairs.join(', ')}`;
}

function inTheWay(wanted: IndexDefinition, name: string | undefined): StoreRejectedError {
  return new StoreRejectedError(
    `createIndexes: the index ${name ?? '(unnamed)'} stands in the way of ${wanted.name} with the keys ` +
      `${JSON.stringify(wanted.key)}: drop it, or make it again with the options that are documented`,
  );
}

/**
 * Waits until every index serves a query; false when one of them is not there any more. A hint at an index
 * that is being built is refused, so that whoever began before would fail at every claim.
 */
async function areUsable(
  collection: MessageCollection,
  names: IndexNames,
  collation: Collated,
  onWait: OnIndexWait,
): Promise<boolean> {
  const serves = async (use: IndexUse): Promise<boolean> => {
    try {
      await collection.findOne(SERVED[use], { hint: names[use], projection: { _id: 1 }, ...collation });
      return true;
    } catch (error) {
      // The answer to a hint at an index that is not there, or not yet.
      if (hasCode(error, 'BadValue')) return false;
      throw error;
    }
  };
  for (let looks = 0; ; looks += 1) {
    const served = await Promise.all(USES.map(serves));
    const waitedFor = USES.filter((_, at) => !served[at]).map((use) => names[use]);
    if (waitedFor.length === 0) return true;
    const listed = (await collection.indexes()).map(({ name }) => name);
    if (waitedFor.some((name) => !listed.includes(name))) return false;
    if (looks % LOOKS_BETWEEN_TELLS === 0) onWait(waitedFor);
    await sleep(LOOK_AGAIN_MS);
  }
}

/**
 * Drops what an earlier version made, by name and keys: an index of the same keys under another name is
 * somebody else's.
 */
async function dropReplacedIndexes(
  collection: MessageCollection,
  existing: readonly IndexDescriptionInfo[],
): Promise<void> {
  for (const old of REPLACED_INDEXES) {
    if (!existing.some((index) => index.name === old.name && hasSameKeys(old, index))) continue;
    try {
      await collection.dropIndex(old.name);
    } catch (error) {
      // Another process was quicker; or the user has no right to drop indexes, and whoever has made them
      // drops them.
      if (!hasCode(error, 'IndexNotFound', 'Unauthorized')) throw error;
    }
  }
}
