import { type Collection, type Db, ReadPreference } from 'mongodb';
import type { StoredDocument } from './stored-document.ts';

/** What a mongos calls itself; some compatible servers do so too. */
const ROUTER = 'isdbgrid';

/**
 * The clock of the primary that has the collection. On a sharded cluster it is the mongos that answers `hello`, often on the machine of the program whose
 * clock is to be checked, so there a stage is asked that runs on the shard.
 * @see https://www.mongodb.com/docs/manual/reference/operator/aggregation/collStats/
 */
export class StoreClock {
  readonly #db: Db;
  readonly #collection: Collection<StoredDocument>;

  constructor(db: Db, collection: Collection<StoredDocument>) {
    this.#db = db;
    this.#collection = collection;
  }

  /** To the millisecond. */
  async now(): Promise<number> {
    const { localTime, msg } = await this.#db.command(
      { hello: 1 },
      { readPreference: ReadPreference.primary },
    );
    return Number(msg === ROUTER ? ((await this.#shardTime()) ?? localTime) : localTime);
  }

  /** Null from a server that calls itself a router and has no time in its statistics. */
  async #shardTime(): Promise<Date | null> {
    const [stats] = await this.#collection
      // The stage knows no other read concern.
      .aggregate([{ $collStats: {} }], { readConcern: { level: 'local' } })
      .toArray();
    return stats?.localTime instanceof Date ? stats.localTime : null;
  }
}
