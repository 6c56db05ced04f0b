import type { ClaimedMessage, ClaimRequest, Random } from '@messaging-system/core';
import type { Collection, Filter } from 'mongodb';
import { ClaimSpread } from './claim-spread.ts';
import { anyDue, dueUntil, WITH_ODD_TIME, WITHOUT_TIME } from './due-filter.ts';
import type { IndexNames } from './indexes.ts';
import { claimUpdate } from './lease-updates.ts';
import { readMessage } from './read-message.ts';
import type { DocumentId, StoredDocument } from './stored-document.ts';

/** How often a claim looks again after others took all that it had found. */
const ROUNDS = 8;

/** Documents with an unreadable time are looked for whenever there is room for them, and in one of so many claims anyhow. */
const ODD_ROUND = 16;

/**
 * Claims in three steps: find due ids, stamp the token on those that are still due, read back what carries it. The server
 * decides each document's race in the second step alone, so the first may be as stale as it likes.
 */
export class DueClaimer {
  readonly #collection: Collection<StoredDocument>;
  readonly #indexes: IndexNames;
  readonly #spread: ClaimSpread;
  #claims = 0;

  constructor(collection: Collection<StoredDocument>, indexes: IndexNames, random: Random) {
    this.#collection = collection;
    this.#indexes = indexes;
    this.#spread = new ClaimSpread(random);
  }

  async claim(request: ClaimRequest): Promise<readonly ClaimedMessage[]> {
    if (request.limit < 1) return [];
    this.#claims += 1;
    for (let round = 0; round < ROUNDS; round += 1) {
      const ids = await this.#findDue(request);
      if (ids.length === 0) return [];
      const claimed = await this.#take(ids, request);
      this.#spread.learn(claimed.length < ids.length);
      if (claimed.length > 0) return claimed;
    }
    return [];
  }

  async #findDue({ now, limit }: ClaimRequest): Promise<readonly DocumentId[]> {
    const reach = this.#spread.reach(limit);
    const [own, missing] = await Promise.all([
      this.#find(dueUntil(new Date(now)), reach),
      this.#find(WITHOUT_TIME, reach),
    ]);
    const looksForOdd = own.length + missing.length < limit || this.#claims % ODD_ROUND === 0;
    const odd = looksForOdd ? await this.#find(WITH_ODD_TIME, limit) : [];
    const foreign = [...odd, ...missing];
    const foreignTake = Math.min(Math.max(this.#foreignShare(limit), limit - own.length), foreign.length);
    return [
      ...this.#spread.pick(own, Math.min(limit - foreignTake, own.length)),
      ...this.#spread.pick(foreign, foreignTake),
    ];
  }

  /** Half; of an odd limit the larger half goes to our own first, then to the others', and so on. */
  #foreignShare(limit: number): number {
    return Math.floor((limit + ((this.#claims + 1) % 2)) / 2);
  }

  async #find(filter: Filter<StoredDocument>, limit: number): Promise<readonly DocumentId[]> {
    const found = await this.#collection
      .find(filter, {
        projection: { _id: 1 },
        sort: { availableAt: 1, _id: 1 },
        limit,
        hint: this.#indexes.due,
        // What a rollback would undo fails the second step: the newest state makes the fewest collisions.
        readConcern: { level: 'local' },
      })
      .toArray();
    return found.map(({ _id }) => _id);
  }

  async #take(ids: readonly DocumentId[], request: ClaimRequest): Promise<readonly ClaimedMessage[]> {
    let fault: { readonly error: unknown } | null = null;
    try {
      const { matchedCount } = await this.#collection.updateMany(
        { $and: [{ _id: { $in: [...ids] } }, anyDue(new Date(request.now))] },
        claimUpdate(request),
      );
      if (matchedCount === 0) return [];
    } catch (error) {
      fault = { error };
    }
    // The update may have stamped all, some or none before it failed: what carries the token is ours.
    const claimed = await this.#readBack(ids, request.leaseToken).catch((error: unknown) => {
      throw fault === null ? error : fault.error;
    });
    if (fault !== null && claimed.length === 0) throw fault.error;
    return claimed;
  }

  async #readBack(ids: readonly DocumentId[], leaseToken: string): Promise<readonly ClaimedMessage[]> {
    const documents = await this.#collection
      .find({ _id: { $in: [...ids] }, leaseToken, status: 'unsent' })
      .toArray();
    return documents.flatMap(readClaimed).sort(byPlace);
  }
}

function readClaimed(document: StoredDocument): readonly ClaimedMessage[] {
  const message = readMessage(document);
  if (message === null) return [];
  return [
    {
      message,
      interrupted: document.interrupted === true,
      inDoubt: document.inDoubt === true,
      foreign: message.createdAt === null,
    },
  ];
}

/** Our own in due order, then the others'. */
function byPlace({ message: one }: ClaimedMessage, { message: other }: ClaimedMessage): number {
  const byTime = (one.dueAt ?? Number.POSITIVE_INFINITY) - (other.dueAt ?? Number.POSITIVE_INFINITY);
  return byTime || (one.id < other.id ? -1 : 1);
}
