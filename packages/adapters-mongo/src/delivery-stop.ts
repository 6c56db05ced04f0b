import { StoreRejectedError } from '@messaging-system/core';
import type { DeliveryStop } from '@messaging-system/core/adapter';
import type { Collection, Db } from 'mongodb';
import { durableCollection } from './collection.ts';
import { hasCode, isPassing } from './errors.ts';

const STOP = 'delivery-stop';

interface StopDocument {
  readonly _id: string;
  readonly at: Date;
  readonly by: string | null;
}

/**
 * The stop for every process: one document in a collection of its own next to the messages
 * (`messages_processor`), which is made by the first stop. The Go service reads only the messages.
 */
export class StopKeeper {
  readonly #collection: Collection<StopDocument>;
  readonly #onWarning: ((text: string) => void) | undefined;
  #mayRead = true;

  constructor(db: Db, messages: string, onWarning: ((text: string) => void) | undefined) {
    this.#collection = durableCollection<StopDocument>(db, `${messages}_processor`);
    this.#onWarning = onWarning;
  }

  /** @throws StoreRejectedError that says what to grant where the user may not */
  async stop({ at, by }: DeliveryStop): Promise<void> {
    try {
      await this.#collection.updateOne(
        { _id: STOP },
        { $setOnInsert: { at: new Date(at), by } },
        { upsert: true },
      );
    } catch (error) {
      // Another one came first, and stands.
      if (!hasCode(error, 'DuplicateKey')) throw this.#refusal(error);
    }
  }

  /** @throws StoreRejectedError that says what to grant where the user may not */
  async resume(): Promise<void> {
    try {
      await this.#collection.deleteOne({ _id: STOP });
    } catch (error) {
      throw this.#refusal(error);
    }
  }

  /**
   * Null also for a user who may read the messages only: a right that nobody needed until now must not end
   * deliveries. That is reported once, and again when it happens anew.
   */
  async read(): Promise<DeliveryStop | null> {
    try {
      const found = await this.#collection.findOne({ _id: STOP });
      this.#mayRead = true;
      return found === null ? null : { at: found.at.getTime(), by: found.by };
    } catch (error) {
      if (!isForbidden(error)) throw error;
      if (this.#mayRead) {
        this.#onWarning?.(
          `a stop for all servers does not hold here: the MongoDB user may not read ${this.#collection.namespace}, where it is kept. ${this.#cure}`,
        );
      }
      this.#mayRead = false;
      return null;
    }
  }

  #refusal(error: unknown): unknown {
    if (!isForbidden(error)) return error;
    return new StoreRejectedError(
      `the MongoDB user may not write ${this.#collection.namespace}, where the stop for all servers is kept. ${this.#cure}`,
    );
  }

  get #cure(): string {
    return 'Give it readWrite on the database, or grant find, insert, update and remove on this collection';
  }
}

/** Whether the user lacks the right. */
function isForbidden(error: unknown): boolean {
  if (!hasCode(error, 'Unauthorized', 'AtlasError') || isPassing(error)) return false;
  // Atlas uses this code for everything that its proxy refuses. Only the text shows that a right is missing.
  return !hasCode(error, 'AtlasError') || error.message.includes('not allowed');
}
