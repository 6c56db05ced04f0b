import { setTimeout as sleep } from 'node:timers/promises';
import { type Collection, type Filter, MongoServerError } from 'mongodb';
import { SIMPLE } from './collation.ts';
import type { IndexNames, IndexUse } from './indexes.ts';
import type { StoredDocument } from './stored-document.ts';

/** Hears of the indexes that the opening waits for: at first, and about once in ten seconds. */
export type OnIndexWait = (names: readonly string[]) => void;

const LOOK_AGAIN_MS = 500;
const LOOKS_BETWEEN_TELLS = 20;

/** What a server answers to a hint at an index that is not there, or not yet. */
const BAD_VALUE = 2;

/** A query that each index serves: partial ones only serve what implies their condition. */
const SERVED: Readonly<Record<IndexUse, Filter<StoredDocument>>> = {
  due: { status: 'unsent' },
  idempotencyKey: { idempotencyKey: { $type: 'string' } },
  status: { status: 'unsent' },
  phoneNumber: { phoneNumber: '' },
  settled: { settledAt: { $exists: true } },
};

/**
 * Waits until every index serves a query; false when one of them is not there any more. A hint at an index that is being built is refused, so that
 * whoever began before would fail at every claim.
 */
export async function areUsable(
  collection: Collection<StoredDocument>,
  names: IndexNames,
  { isCollated, onWait }: { readonly isCollated: boolean; readonly onWait: OnIndexWait },
): Promise<boolean> {
  const serves = async (use: IndexUse): Promise<boolean> => {
    const collation = isCollated ? { collation: SIMPLE } : {};
    const options = { hint: names[use], projection: { _id: 1 }, ...collation };
    try {
      await collection.findOne(SERVED[use], options);
      return true;
    } catch (error) {
      if (error instanceof MongoServerError && error.code === BAD_VALUE) return false;
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

const USES: readonly IndexUse[] = ['due', 'idempotencyKey', 'status', 'phoneNumber', 'settled'];
