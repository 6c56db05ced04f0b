import {
  type CancelResult,
  type Message,
  type RedriveFilter,
  type RedriveResult,
  StoreUnavailableError,
} from '@messaging-system/core';
import type { Collection, Filter, UpdateFilter } from 'mongodb';
import { decodeId } from './document-id.ts';
import { FREE, isFree, waitsForRetry } from './due-filter.ts';
import { forEachId } from './for-each-id.ts';
import type { IndexNames } from './indexes.ts';
import { bringForwardUpdate, cancelUpdate, redriveUpdate } from './operator-updates.ts';
import { readMessage } from './read-message.ts';
import type { StoredDocument } from './stored-document.ts';

/** How often a change is tried again on a message that others move between the change and the look at why it did not match. */
const ROUNDS = 5;

/** What an operator does to single messages: one conditional update each, which of racing ones lets one through. */
export class StatusChanger {
  readonly #collection: Collection<StoredDocument>;
  readonly #indexes: IndexNames;

  constructor(collection: Collection<StoredDocument>, indexes: IndexNames) {
    this.#collection = collection;
    this.#indexes = indexes;
  }

  cancel(ids: readonly string[], at: number): Promise<readonly CancelResult[]> {
    const from = { status: 'unsent', ...FREE };
    return forEachId(ids, async (id): Promise<CancelResult> => {
      const { changed, present } = await this.#change(id, from, cancelUpdate(at), isUnsentAndFree);
      if (changed !== null) return { kind: 'cancelled', message: changed };
      if (present === null) return { kind: 'not_found', id };
      return { kind: present.status === 'unsent' ? 'in_flight' : 'refused', message: present };
    });
  }

  redrive(ids: readonly string[], at: number): Promise<readonly RedriveResult[]> {
    const from = { status: { $in: ['failed', 'unknown'] } };
    return forEachId(ids, async (id): Promise<RedriveResult> => {
      const ended = await this.#change(id, from, redriveUpdate(at), isFailedOrUnknown);
      const { changed, present } =
        ended.present?.status === 'unsent'
          ? await this.#change(id, waitsForRetry(at), bringForwardUpdate(at), () => false)
          : ended;
      if (changed !== null) return { kind: 'redriven', message: changed };
      return present === null ? { kind: 'not_found', id } : { kind: 'refused', message: present };
    });
  }

  async redriveMatching(filter: RedriveFilter, at: number, limit: number): Promise<number> {
    const { status, phoneNumber } = filter;
    const since = { $not: { $gte: new Date(at) } };
    const isWaiting = status === 'unsent';
    const matching: Filter<StoredDocument> = {
      // Also what another service failed without a `settledAt`.
      ...(isWaiting ? { ...waitsForRetry(at), 'history.startedAt': since } : { status, settledAt: since }),
      ...(phoneNumber === undefined ? {} : { phoneNumber }),
    };
    const ofAll = isWaiting
      ? { hint: this.#indexes.due, sort: { availableAt: 1, _id: 1 } as const }
      : { hint: this.#indexes.status, sort: { _id: 1 } as const };
    const search =
      phoneNumber === undefined ? ofAll : { hint: this.#indexes.phoneNumber, sort: { _id: 1 } as const };
    const update = isWaiting ? bringForwardUpdate(at) : redriveUpdate(at);
    for (;;) {
      const found = await this.#collection
        .find(matching, { projection: { _id: 1 }, limit, ...search })
        .toArray();
      if (found.length === 0) return 0;
      const { modifiedCount } = await this.#collection.updateMany(
        { ...matching, _id: { $in: found.map(({ _id }) => _id) } },
        update,
      );
      // 0 would say that none is left, when others were only faster with these.
      if (modifiedCount > 0) return modifiedCount;
    }
  }

  async #change(
    id: string,
    from: Filter<StoredDocument>,
    update: UpdateFilter<StoredDocument>,
    isChangeable: (document: StoredDocument) => boolean,
  ): Promise<{ readonly changed: Message | null; readonly present: Message | null }> {
    const decoded = decodeId(id);
    if (decoded === null) return { changed: null, present: null };
    const byId = { _id: { $eq: decoded.id } };
    for (let round = 0; round < ROUNDS; round += 1) {
      const after = await this.#collection.findOneAndUpdate({ ...byId, ...from }, update, {
        returnDocument: 'after',
      });
      if (after !== null) return { changed: readMessage(after), present: null };
      const document = await this.#collection.findOne(byId);
      if (document === null || !isChangeable(document)) {
        return { changed: null, present: document === null ? null : readMessage(document) };
      }
    }
    throw new StoreUnavailableError('the message kept changing while it was to be changed');
  }
}

function isUnsentAndFree(document: StoredDocument): boolean {
  return document.status === 'unsent' && isFree(document);
}

function isFailedOrUnknown(document: StoredDocument): boolean {
  return document.status === 'failed' || document.status === 'unknown';
}
