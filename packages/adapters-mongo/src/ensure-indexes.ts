import { StoreRejectedError } from '@messaging-system/core';
import { type Collection, type IndexDescriptionInfo, MongoServerError } from 'mongodb';
import { dropReplacedIndexes } from './drop-replaced-indexes.ts';
import { storeFault } from './faults.ts';
import { INDEXES, type IndexDefinition, type IndexNames } from './indexes.ts';
import type { StoredDocument } from './stored-document.ts';

const NAMESPACE_NOT_FOUND = 26;
const DUPLICATE_KEY = 11000;
const INDEX_CONFLICTS: readonly unknown[] = [67, 68, 85, 86];

/**
 * Makes the indexes that are missing and returns the names of all. One with the same keys and options serves under any name, and is not made
 * again: where all are there, the right to read them is enough. An index of an earlier version is dropped once the one that replaces it is there.
 */
export async function ensureIndexes(collection: Collection<StoredDocument>): Promise<IndexNames> {
  const existing = await existingIndexes(collection);
  const missing = Object.values(INDEXES).filter((wanted) => serving(wanted, existing) === undefined);
  for (const wanted of missing) refuseNameInUse(wanted, existing);
  if (missing.length > 0) {
    await collection.createIndexes([...missing]).catch((error: unknown) => {
      throw indexFault(error, missing, existing);
    });
  }
  await dropReplacedIndexes(collection, existing);
  const nameOf = (wanted: IndexDefinition): string => serving(wanted, existing)?.name ?? wanted.name;
  return {
    due: nameOf(INDEXES.due),
    idempotencyKey: nameOf(INDEXES.idempotencyKey),
    status: nameOf(INDEXES.status),
    phoneNumber: nameOf(INDEXES.phoneNumber),
    settled: nameOf(INDEXES.settled),
  };
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
      index.collation === undefined &&
      index.expireAfterSeconds === undefined,
  );
}

function hasSameKeys(wanted: IndexDefinition, index: IndexDescriptionInfo): boolean {
  return JSON.stringify(Object.entries(index.key)) === JSON.stringify(Object.entries(wanted.key));
}

function refuseNameInUse(wanted: IndexDefinition, existing: readonly IndexDescriptionInfo[]): void {
  if (existing.some((index) => index.name === wanted.name)) throw inTheWay(wanted, wanted.name);
}

function indexFault(
  error: unknown,
  missing: readonly IndexDefinition[],
  existing: readonly IndexDescriptionInfo[],
): unknown {
  if (!(error instanceof MongoServerError)) return storeFault('createIndexes', error);
  if (error.code === DUPLICATE_KEY) {
    return new StoreRejectedError(
      `createIndexes: documents of the collection share an idempotencyKey, so ${INDEXES.idempotencyKey.name} cannot be made`,
    );
  }
  const rival = missing
    .map((wanted) => ({ wanted, index: existing.find((index) => hasSameKeys(wanted, index)) }))
    .find(({ index }) => index !== undefined);
  return INDEX_CONFLICTS.includes(error.code) && rival?.index !== undefined
    ? inTheWay(rival.wanted, rival.index.name)
    : storeFault('createIndexes', error);
}

function inTheWay(wanted: IndexDefinition, name: string | undefined): StoreRejectedError {
  return new StoreRejectedError(
    `createIndexes: the index ${name ?? '(unnamed)'} stands in the way of ${wanted.name} with the keys ` +
      `${JSON.stringify(wanted.key)}: drop it, or make it again with the options that are documented`,
  );
}
