import { type EraseResult, StoreUnavailableError } from '@messaging-system/core';
import type { Collection, Filter } from 'mongodb';
import { encodeId } from './document-id.ts';
import { FREE, MAY_BE_UNDER_WAY } from './due-filter.ts';
import { storeFault } from './faults.ts';
import type { IndexNames } from './indexes.ts';
import type { DocumentId, StoredDocument } from './stored-document.ts';

/** Removes messages for good, a limited number at a time. */
export class Remover {
  readonly #collection: Collection<StoredDocument>;
  readonly #indexes: IndexNames;

  constructor(collection: Collection<StoredDocument>, indexes: IndexNames) {
    this.#collection = collection;
    this.#indexes = indexes;
  }

  async erase(phoneNumber: string, limit: number): Promise<EraseResult> {
    const hint = this.#indexes.phoneNumber;
    for (;;) {
      const free = await this.#ids({ phoneNumber, ...FREE }, { hint, limit });
      const erased = free.length === 0 ? [] : await this.#eraseFree(free);
      // Nothing erased ends the caller's loop, so it must not mean that all of these were leased meanwhile.
      if (erased.length === 0 && free.length > 0) continue;
      const erasedIds = erased.map(encodeId);
      // Whoever has more to erase asks again, and hears of these at the end.
      if (free.length === limit) return { erasedIds, inFlightIds: [] };
      const underWay = await this.#ids({ phoneNumber, ...MAY_BE_UNDER_WAY }, { hint });
      return { erasedIds, inFlightIds: underWay.map(encodeId) };
    }
  }

  async prune(settledBefore: number, limit: number): Promise<number> {
    const old: Filter<StoredDocument> = {
      status: { $in: ['sent', 'cancelled'] },
      settledAt: { $exists: true, $lt: new Date(settledBefore) },
    };
    for (;;) {
      const ids = await this.#ids(old, { hint: this.#indexes.settled, limit });
      if (ids.length === 0) return 0;
      const { deletedCount } = await this.#collection.deleteMany({ ...old, _id: { $in: [...ids] } });
      if (deletedCount > 0) return deletedCount;
    }
  }

  /** Removes those that are still free; returns the ids that are gone. */
  async #eraseFree(ids: readonly DocumentId[]): Promise<readonly DocumentId[]> {
    const byId = { _id: { $in: [...ids] } };
    const fault = await this.#collection.deleteMany({ ...byId, ...FREE }).then(
      () => null,
      (error: unknown) => storeFault('erase', error),
    );
    // A lost answer is no reason not to say what is gone: who forgets these messages elsewhere has to know.
    if (fault !== null && !(fault instanceof StoreUnavailableError)) throw fault;
    const left = await this.#ids(byId, {}).catch((error: unknown) => {
      throw fault ?? error;
    });
    if (fault !== null && left.length === ids.length) throw fault;
    const isLeft = new Set(left.map(encodeId));
    return ids.filter((id) => !isLeft.has(encodeId(id)));
  }

  async #ids(
    filter: Filter<StoredDocument>,
    options: { readonly hint?: string; readonly limit?: number },
  ): Promise<readonly DocumentId[]> {
    const found = await this.#collection.find(filter, { projection: { _id: 1 }, ...options }).toArray();
    return found.map(({ _id }) => _id);
  }
}
