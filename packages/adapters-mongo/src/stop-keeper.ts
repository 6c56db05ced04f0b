import type { DeliveryStop } from '@messaging-system/core';
import { type Collection, type Db, MongoServerError, ReadPreference } from 'mongodb';
import { MAJORITY } from './durable-collection.ts';

const STOP = 'delivery-stop';

const UNAUTHORIZED = 13;
const DUPLICATE_KEY = 11_000;

/** How long the server looks for it at the most. */
const READ_MS = 12_000;

interface StopDocument {
  readonly _id: string;
  readonly at: Date;
  readonly by: string | null;
}

/**
 * The stop for every process: one document in a collection of its own beside the messages (`messages_processor`), which is made by the
 * first stop. The Go service reads only the messages.
 */
export class StopKeeper {
  readonly #collection: Collection<StopDocument>;

  constructor(db: Db, messages: string) {
    this.#collection = db.collection<StopDocument>(`${messages}_processor`, {
      writeConcern: MAJORITY,
      readConcern: { level: 'majority' },
      readPreference: ReadPreference.primary,
    });
  }

  async stop({ at, by }: DeliveryStop): Promise<void> {
    try {
      await this.#collection.updateOne(
        { _id: STOP },
        { $setOnInsert: { at: new Date(at), by } },
        { upsert: true },
      );
    } catch (error) {
      // Another one came first, and stands.
      if (!hasCode(error, DUPLICATE_KEY)) throw error;
    }
  }

  async resume(): Promise<void> {
    await this.#collection.deleteOne({ _id: STOP });
  }

  /** Null also for a user who may read the messages only: a right that nobody needed until now must not end deliveries. */
  async read(): Promise<DeliveryStop | null> {
    try {
      const found = await this.#collection.findOne({ _id: STOP }, { maxTimeMS: READ_MS });
      return found === null ? null : { at: found.at.getTime(), by: found.by };
    } catch (error) {
      if (hasCode(error, UNAUTHORIZED)) return null;
      throw error;
    }
  }
}

function hasCode(error: unknown, code: number): boolean {
  return error instanceof MongoServerError && error.code === code;
}
