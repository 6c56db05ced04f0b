import { StoreRejectedError } from '@messaging-system/core';
import { type Collection, type IndexDescriptionInfo, MongoServerError } from 'mongodb';
import { isSimple, SIMPLE } from './collation.ts';
import { encodeId } from './document-id.ts';
import { dropReplacedIndexes } from './drop-replaced-indexes.ts';
import { storeFault } from './faults.ts';
import { INDEXES, type IndexDefinition, type IndexNames } from './indexes.ts';
import type { StoredDocument } from './stored-document.ts';
import { areUsable, type OnIndexWait } from './usable-indexes.ts';

const NAMESPACE_NOT_FOUND = 26;
const DUPLICATE_KEY = 11000;
/** How many pairs of documents with the same key are named. */
const SHOWN = 3;
const TELL_AGAIN_MS = 10_000;
const INDEX_CONFLICTS: readonly unknown[] = [67, 68, 85, 86];

export interface EnsuredIndexes {
  readonly names: IndexNames;
  /** Whether the collection has a collation by default, which queries inherit unless they name another. */
  readonly isCollated: boolean;
}

/**
 * Makes the indexes that are missing, waits until each of them serves a query, and returns the names of all. One with the same keys and options serves
 * under any name, and is not made again: where all are there, the right to read them is enough. An index of an earlier version is dropped once
 * the one that replaces it is there.
 */
export async function ensureIndexes(
  collection: Collection<StoredDocument>,
  onWait: OnIndexWait = () => undefined,
): Promise<EnsuredIndexes> {
  for (;;) {
    const existing = await existingIndexes(collection);
    const isCollated = existing.some(({ name, collation }) => name === '_id_' && !isSimple(collation));
    const missing = Object.values(INDEXES).filter((wanted) => serving(wanted, existing) === undefined);
    if (missing.length > 0) await create(collection, missing, { existing, isCollated, onWait });
    const nameOf = (wanted: IndexDefinition): string => serving(wanted, existing)?.name ?? wanted.name;
    const names = {
      due: nameOf(INDEXES.due),
      idempotencyKey: nameOf(INDEXES.idempotencyKey),
      status: nameOf(INDEXES.status),
      phoneNumber: nameOf(INDEXES.phoneNumber),
      settled: nameOf(INDEXES.settled),
    };
    // The list also has indexes that are being built, and one whose build fails vanishes from it again: then all begins anew.
    if (await areUsable(collection, names, { isCollated, onWait })) {
      await dropReplacedIndexes(collection, existing);
      return { names, isCollated };
    }
  }
}

interface Waiting {
  readonly isCollated: boolean;
  readonly onWait: OnIndexWait;
}

/** Returns when they are built, however long that takes: the server goes on with a build whose client has left. */
async function create(
  collection: Collection<StoredDocument>,
  missing: readonly IndexDefinition[],
  { existing, isCollated, onWait }: Waiting & { readonly existing: readonly IndexDescriptionInfo[] },
): Promise<void> {
  for (const wanted of missing) refuseNameInUse(wanted, existing);
  const names = missing.map(({ name }) => name);
  const told = setInterval(() => onWait(names), TELL_AGAIN_MS);
  try {
    // The driver takes a time-out with each command, although its types know it for the client alone.
    const untimed = { socketTimeoutMS: 0, promoteValues: true };
    const wanted = missing.map((index) => (isCollated ? { ...index, collation: SIMPLE } : index));
    await collection.createIndexes(wanted, untimed);
  } catch (error) {
    throw await indexFault(collection, error, missing, existing);
  } finally {
    clearInterval(told);
  }
}

async function existingIndexes(
  collection: Collection<StoredDocument>,
): Promise<readonly IndexDescriptionInfo[]> {
  try {
    return await collection.indexes();
  } catch (error) {
    // The collection comes into being with its indexes.
    if (error instanceof MongoServerError && error.code === NAMESPACE_NOT_FOUND) return [];
    throw error;
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

function refuseNameInUse(wanted: IndexDefinition, existing: readonly IndexDescriptionInfo[]): void {
  if (existing.some((index) => index.name === wanted.name)) throw inTheWay(wanted, wanted.name);
}

async function indexFault(
  collection: Collection<StoredDocument>,
  error: unknown,
  missing: readonly IndexDefinition[],
  existing: readonly IndexDescriptionInfo[],
): Promise<unknown> {
  if (!(error instanceof MongoServerError)) return storeFault('createIndexes', error);
  if (error.code === DUPLICATE_KEY) {
    const shared = await sharedKeys(collection).catch(() => '');
    return new StoreRejectedError(
      `createIndexes: documents of the collection share an idempotencyKey, so ${INDEXES.idempotencyKey.name} cannot be made${shared}`,
    );
  }
  const rival = missing
    .map((wanted) => ({ wanted, index: existing.find((index) => hasSameKeys(wanted, index)) }))
    .find(({ index }) => index !== undefined);
  return INDEX_CONFLICTS.includes(error.code) && rival?.index !== undefined
    ? inTheWay(rival.wanted, rival.index.name)
    : storeFault('createIndexes', error);
}

/** The ids of some of them: a key may be a secret of its caller. */
async function sharedKeys(collection: Collection<StoredDocument>): Promise<string> {
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
  return pairs.length === 0 ? '' : `; the same key have ${pairs.join(', ')}`;
}

function inTheWay(wanted: IndexDefinition, name: string | undefined): StoreRejectedError {
  return new StoreRejectedError(
    `createIndexes: the index ${name ?? '(unnamed)'} stands in the way of ${wanted.name} with the keys ` +
      `${JSON.stringify(wanted.key)}: drop it, or make it again with the options that are documented`,
  );
}
