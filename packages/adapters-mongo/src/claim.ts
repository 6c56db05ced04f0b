import { type ClaimedMessage, type ClaimRequest, THOROUGH_TURN } from '@messaging-system/core/adapter';
import type { Document, Filter } from 'mongodb';
import type { MessageStore } from './collection.ts';
import { type DocumentId, readMessage, type StoredDocument } from './document.ts';
import {
  anyDue,
  BEGINNING,
  ClaimSpread,
  type ClaimStart,
  DUE_ORDER,
  foreignDue,
  ownDue,
  type Start,
  WITH_ODD_TIME,
} from './due-order.ts';
import { isDocumentRefused } from './errors.ts';
import { claimUpdate, heldBy } from './leases.ts';

/** How often a claim looks again after others took all that it had found. */
const ROUNDS = 8;

type Documents = readonly StoredDocument[];

interface Taken {
  readonly claimed: readonly ClaimedMessage[];
  /** The update's error, although some may be claimed. */
  readonly fault: { readonly error: unknown } | null;
}

/**
 * Claims in three steps: find due ids, stamp the token on those that are still due, read back what carries
 * it. The server decides each document's race in the second step alone, so the first may be as stale as it
 * likes.
 */
export class DueClaimer {
  readonly #store: MessageStore;
  readonly #start: ClaimStart;
  readonly #spread: ClaimSpread;
  #claims = 0;

  constructor(store: MessageStore, start: ClaimStart) {
    this.#store = store;
    this.#start = start;
    this.#spread = new ClaimSpread(store.random);
  }

  async claim(request: ClaimRequest): Promise<readonly ClaimedMessage[]> {
    if (request.limit < 1) return [];
    this.#claims += 1;
    const turn = this.#claims;
    let refusal: { readonly error: unknown } | null = null;
    for (let round = 0; round < ROUNDS; round += 1) {
      const ids = await this.#findDue(request, turn);
      if (ids.length === 0) return [];
      const { claimed, fault } = await this.#take(ids, request);
      this.#spread.learn(claimed.length < ids.length);
      if (claimed.length > 0) return claimed;
      // Documents that nobody can change must not hold up those behind them.
      if (fault !== null && !isDocumentRefused(fault.error)) throw fault.error;
      refusal ??= fault;
    }
    if (refusal !== null) throw refusal.error;
    return [];
  }

  async #findDue({ now, limit }: ClaimRequest, turn: number): Promise<readonly DocumentId[]> {
    const reach = this.#spread.reach(limit);
    const start = this.#start.ofClaim(turn);
    let { own, missing } = await this.#findFrom(start, now, reach);
    let odd: Documents = [];
    const isShort = own.length + missing.length < limit;
    if (isShort || turn % THOROUGH_TURN === 0) {
      // Documents with an unreadable time are looked for when there is room for them, and in one of so many
      // claims in any case.
      const again = start === BEGINNING ? { own, missing } : this.#findFrom(BEGINNING, now, reach);
      [{ own, missing }, odd] = await Promise.all([again, this.#find(WITH_ODD_TIME, limit)]);
    }
    this.#start.learn({ now, own, missing, isFilled: own.length + missing.length >= limit });
    const foreign = [...odd, ...missing];
    const foreignTake = Math.min(Math.max(foreignShare(limit, turn), limit - own.length), foreign.length);
    return [
      ...this.#spread.pick(own, Math.min(limit - foreignTake, own.length)),
      ...this.#spread.pick(foreign, foreignTake),
    ].map(({ _id }) => _id);
  }

  async #findFrom(start: Start, now: number, reach: number): Promise<Record<'own' | 'missing', Documents>> {
    const [own, missing] = await Promise.all([
      this.#find(ownDue(new Date(now), start), reach),
      this.#find(foreignDue(start), reach),
    ]);
    return { own, missing };
  }

  #find(filter: Filter<StoredDocument>, limit: number): Promise<Documents> {
    return this.#store.collection
      .find(filter, {
        projection: { _id: 1, availableAt: 1 },
        sort: DUE_ORDER,
        limit,
        hint: this.#store.indexes.due,
        // Updates that a rollback would undo fail the second step: the newest state makes the fewest collisions.
        readConcern: { level: 'local' },
      })
      .toArray();
  }

  async #take(ids: readonly DocumentId[], request: ClaimRequest): Promise<Taken> {
    const due = anyDue(new Date(request.now));
    const update = claimUpdate(request);
    let fault: Taken['fault'] = null;
    try {
      const { matchedCount } = await this.#store.collection.updateMany(
        { $and: [{ _id: { $in: [...ids] } }, due] },
        update,
      );
      if (matchedCount === 0) return { claimed: [], fault };
    } catch (error) {
      fault = { error };
      if (isDocumentRefused(error)) await this.#takeEach(ids, due, update);
    }
    // The update may have stamped all, some or none before it failed: what carries the token is ours.
    const claimed = await this.#readBack(ids, request.leaseToken).catch((error: unknown) => {
      throw fault === null ? error : fault.error;
    });
    return { claimed, fault };
  }

  /**
   * The server gives up an update of many at the first document that it refuses; one by one the others go
   * through.
   */
  async #takeEach(
    ids: readonly DocumentId[],
    due: Filter<StoredDocument>,
    update: Document[],
  ): Promise<void> {
    const operations = ids.map((_id) => ({
      updateOne: { filter: { $and: [{ _id: { $eq: _id } }, due] }, update },
    }));
    await this.#store.collection.bulkWrite(operations, { ordered: false }).catch((error: unknown) => {
      if (!isDocumentRefused(error)) throw error;
    });
  }

  async #readBack(ids: readonly DocumentId[], leaseToken: string): Promise<readonly ClaimedMessage[]> {
    const documents = await this.#store.collection
      .find({ _id: { $in: [...ids] }, ...heldBy(leaseToken) })
      .toArray();
    return documents.flatMap(readClaimed).sort(byPlace);
  }
}

/** Half; of an odd limit the larger half goes to our own first, then to the others', and so on in turns. */
function foreignShare(limit: number, turn: number): number {
  return Math.floor((limit + ((turn + 1) % 2)) / 2);
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
