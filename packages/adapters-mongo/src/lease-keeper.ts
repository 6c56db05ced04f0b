import type { LeaseResult, Random, Settlement } from '@messaging-system/core';
import type { AnyBulkWriteOperation, Collection, Document, Filter, UpdateFilter } from 'mongodb';
import { ackUpdate, type CountedAck, isCountedAck } from './ack-update.ts';
import { decodeId, decodeIds, encodeId } from './document-id.ts';
import { isDocumentRefused } from './document-refused.ts';
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

  /** What was accepted by one command, the rest by another. */
  async settle(leaseToken: string, settlements: readonly Settlement[]): Promise<LeaseResult> {
    const acks = settlements.filter(isCountedAck);
    const others = settlements.filter((settlement) => !isCountedAck(settlement));
    const matched = await Promise.all([
      ...batchesOf(acks).map((batch) => this.#settleTogether(leaseToken, batch)),
      this.#settleEach(leaseToken, others),
    ]);
    const ids = settlements.map(({ id }) => id);
    if (matched.reduce((sum, count) => sum + count) === settlements.length) return { held: ids, stale: [] };
    return this.#divide(ids, { settledBy: leaseToken });
  }

  /** How many it found. The driver repeats no update of many after a lost answer; the caller of a settle does. */
  async #settleTogether(leaseToken: string, acks: readonly CountedAck[]): Promise<number> {
    if (acks.length === 1) return this.#settleEach(leaseToken, acks);
    const known = acks.flatMap((ack) => {
      const decoded = decodeId(ack.id);
      return decoded === null ? [] : [{ ack, id: decoded.id }];
    });
    const ids = known.map(({ id }) => id);
    const update = ackUpdate(
      leaseToken,
      ids,
      known.map(({ ack }) => ack),
    );
    try {
      const { matchedCount } = await this.#collection.updateMany(
        { _id: { $in: ids }, ...heldBy(leaseToken) },
        update,
      );
      return matchedCount;
    } catch (error) {
      // It ends at the first document that the server refuses; one by one the others are settled.
      if (isDocumentRefused(error)) return this.#settleEach(leaseToken, acks);
      throw error;
    }
  }

  /** How many it found. Updates of single documents, so that the driver may repeat the batch after a lost answer. */
  async #settleEach(leaseToken: string, settlements: readonly Settlement[]): Promise<number> {
    const operations = settlements.flatMap((settlement) => settleOperation(leaseToken, settlement));
    if (operations.length === 0) return 0;
    const { matchedCount } = await this.#collection.bulkWrite(operations, { ordered: false });
    return matchedCount;
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

/** In an update of many, each document looks for its place among all of them. */
const SETTLED_TOGETHER = 250;

function batchesOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / SETTLED_TOGETHER);
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * SETTLED_TOGETHER, (index + 1) * SETTLED_TOGETHER),
  );
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
