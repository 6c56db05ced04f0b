import {
  type Collection,
  type CollectionOptions,
  type Db,
  type Document,
  ReadPreference,
  type WriteConcernSettings,
} from 'mongodb';
import { READING, withOptions } from './with-options.ts';

/** How long a write may wait for a majority before its outcome is called unknown. */
const MAJORITY_WAIT_MS = 10_000;

/** Less than the time-out of the socket (`mongoClientOptions`): what nobody waits for any more must not run on in the server, beside its repeat. */
const READ_MS = 12_000;

export const MAJORITY: WriteConcernSettings = { w: 'majority', journal: true, wtimeoutMS: MAJORITY_WAIT_MS };

/**
 * What holds whatever the caller's client was opened with: a write counts when a majority has it in its journal, a read sees what a
 * majority has, on the primary, and documents arrive as the reader of this package expects their types. Text that is no UTF-8,
 * which other drivers write without a word, is read with replacement characters instead of failing the whole batch. The server gives up a read
 * after 12 s.
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

export function durableCollection<Stored extends Document>(db: Db, name: string): Collection<Stored> {
  return withOptions(db.collection<Stored>(name, DURABLE), READING, { maxTimeMS: READ_MS });
}
