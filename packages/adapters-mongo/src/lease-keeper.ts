import type { LeaseResult, Random, Settlement } from '@messaging-system/core';
import type { AnyBulkWriteOperation, Collection, Document, Filter, UpdateFilter } from 'mongodb';
import { decodeId, decodeIds, encodeId } from './document-id.ts';
import { beginUpdate, extendUpdate, releaseUpdate } from './lease-updates.ts';
import { settleUpdate } from './settle-update.ts';
import type { StoredDocument } from './stored-document.ts';

/**
 * What the holder of a token does with its leases: one conditional write for the batch, and one read after it only where not
 * everything matched.
 */
export class LeaseKeeper {
  readonly #collection: Collection<StoredDocument>;
  readonly #random: Random;

  constructor(collection: Collection<StoredDocument>, random: Random) {
    this.#collection = collection;
    this.#random = random;
  }

  begin(leaseToken: string, ids: readonly string[], begunAt: number): Promise<LeaseResult> {
    return this.#onHeld(leaseToken, ids, beginUpdate(begunAt), heldBy(leaseToken));
  }

  extend(leaseToken: string, ids: readonly string[], leasedUntil: number): Promise<LeaseResult> {
    return this.#onHeld(leaseToken, ids, extendUpdate(leasedUntil), heldBy(leaseToken));
  }

  release(leaseToken: string, ids: readonly string[]): Promise<LeaseResult> {
    const releasedBy = this.#random.token();
    return this.#onHeld(leaseToken, ids, releaseUpdate(releasedBy), { releasedBy });
  }

  async settle(leaseToken: string, settlements: readonly Settlement[]): Promise<LeaseResult> {
    const ids = settlements.map(({ id }) => id);
    const operations = settlements.flatMap((settlement) => settleOperation(leaseToken, settlement));
    if (operations.length === 0) return { held: [], stale: ids };
    // Updates of single documents, so that the driver may repeat the batch after a lost answer.
    const { matchedCount } = await this.#collection.bulkWrite(operations, { ordered: false });
    if (matchedCount === settlements.length) return { held: ids, stale: [] };
    return this.#divide(ids, { settledBy: leaseToken });
  }

  async #onHeld(
    leaseToken: string,
    ids: readonly string[],
    update: Document[] | UpdateFilter<StoredDocument>,
    after: Filter<StoredDocument>,
  ): Promise<LeaseResult> {
    const distinct = [...new Set(ids)];
    const { matchedCount } = await this.#collection.updateMany(
      { _id: { $in: [...decodeIds(distinct)] }, ...heldBy(leaseToken) },
      update,
    );
    if (matchedCount === distinct.length) return { held: ids, stale: [] };
    return matchedCount === 0 ? { held: [], stale: ids } : this.#divide(ids, after);
  }

  /** Those that the filter finds are held. */
  async #divide(ids: readonly string[], held: Filter<StoredDocument>): Promise<LeaseResult> {
    const documents = await this.#collection
      .find({ _id: { $in: [...decodeIds(ids)] }, ...held }, { projection: { _id: 1 } })
      .toArray();
    const found = new Set(documents.map(({ _id }) => encodeId(_id)));
    return { held: ids.filter((id) => found.has(id)), stale: ids.filter((id) => !found.has(id)) };
  }
}

/** The token alone fences, whenever the lease ended. */
function heldBy(leaseToken: string): Filter<StoredDocument> {
  return { leaseToken, status: 'unsent' };
}

function settleOperation(
  leaseToken: string,
  settlement: Settlement,
): readonly AnyBulkWriteOperation<StoredDocument>[] {
  const decoded = decodeId(settlement.id);
  if (decoded === null) return [];
  const filter = { _id: { $eq: decoded.id }, ...heldBy(leaseToken) };
  return [{ updateOne: { filter, update: settleUpdate(leaseToken, settlement) } }];
}
