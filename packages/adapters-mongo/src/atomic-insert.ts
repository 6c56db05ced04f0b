import {
  type Collection,
  type Db,
  MongoCompatibilityError,
  MongoNetworkError,
  MongoServerError,
  ReadPreference,
} from 'mongodb';
import { foreignDuplicate, isForeignDuplicate, isKeyTaken } from './duplicate-keys.ts';
import { MAJORITY } from './durable-collection.ts';
import type { StoredDocument } from './stored-document.ts';

/** IllegalOperation (a standalone server), CommandNotFound, CommandNotSupported, OperationNotSupportedInTransaction. */
const NO_TRANSACTIONS: readonly unknown[] = [20, 59, 115, 263];

const WRITE_CONFLICT = 112;

/** Stores documents all or none, in a transaction of its own. */
export class AtomicInsert {
  readonly #db: Db;
  readonly #collection: Collection<StoredDocument>;
  readonly #keyIndex: string;
  #isPossible = true;

  constructor(db: Db, collection: Collection<StoredDocument>, keyIndex: string) {
    this.#db = db;
    this.#collection = collection;
    this.#keyIndex = keyIndex;
  }

  /** False once the server has said that it has no transactions. */
  get isPossible(): boolean {
    return this.#isPossible;
  }

  /** Whether they are stored: not when another writer came before with one of the keys, or this server has no transactions. */
  async insert(documents: readonly StoredDocument[]): Promise<boolean> {
    const session = this.#db.client.startSession();
    try {
      session.startTransaction({ writeConcern: MAJORITY, readPreference: ReadPreference.primary });
      await this.#collection.insertMany([...documents].sort(byKey), { session });
      await session.commitTransaction();
      return true;
    } catch (error) {
      if (isForeignDuplicate(error, this.#keyIndex)) throw foreignDuplicate();
      this.#isPossible = !isWithoutTransactions(error);
      if (!this.#isPossible || isKeyTaken(error, this.#keyIndex) || isLostRace(error)) return false;
      throw error;
    } finally {
      // It also aborts what is still open.
      await session.endSession();
    }
  }
}

/** Writers that take the same keys in the same order wait for each other; in different orders they would wait for ever. */
function byKey(one: StoredDocument, other: StoredDocument): number {
  const [first, second] = [String(one.idempotencyKey ?? ''), String(other.idempotencyKey ?? '')];
  return first < second ? -1 : Number(first > second);
}

function isWithoutTransactions(error: unknown): boolean {
  if (error instanceof MongoCompatibilityError) return true;
  // For a standalone server the driver puts an error of its own around the server's, without the code.
  return (
    error instanceof MongoServerError && NO_TRANSACTIONS.includes(error.code ?? error.originalError?.code)
  );
}

/** Ended in favour of another writer, before the commit: a lost connection says nothing of the kind. */
function isLostRace(error: unknown): boolean {
  if (!(error instanceof MongoServerError) || error instanceof MongoNetworkError) return false;
  return error.code === WRITE_CONFLICT || error.hasErrorLabel('TransientTransactionError');
}
