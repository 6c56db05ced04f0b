import {
  EXACT_COUNT_LIMIT,
  type ListQuery,
  type ListResult,
  MESSAGE_STATUSES,
  type Message,
  type StatusCount,
  type StatusCounts,
} from '@messaging-system/core';
import type { Collection, Document, Filter } from 'mongodb';
import { type ClaimStart, ownFrom } from './claim-start.ts';
import { decodeId, decodeIds, encodeId } from './document-id.ts';
import { NOT_LEASED, WITHOUT_TIME } from './due-filter.ts';
import { idsBelow, typesBelow } from './id-order.ts';
import type { IndexNames } from './indexes.ts';
import { readMessage, readMessages } from './read-message.ts';
import type { StoredDocument } from './stored-document.ts';

/** What reads and changes nothing. */
export class MessageFinder {
  readonly #collection: Collection<StoredDocument>;
  readonly #indexes: IndexNames;
  readonly #start: ClaimStart;

  constructor(collection: Collection<StoredDocument>, indexes: IndexNames, start: ClaimStart) {
    this.#collection = collection;
    this.#indexes = indexes;
    this.#start = start;
  }

  async findById(id: string): Promise<Message | null> {
    const decoded = decodeId(id);
    if (decoded === null) return null;
    const document = await this.#collection.findOne({ _id: { $eq: decoded.id } });
    return document === null ? null : readMessage(document);
  }

  /** Whether one of them at least is there. */
  async hasAny(ids: readonly string[]): Promise<boolean> {
    const _id = { $in: [...decodeIds(ids)] };
    return (await this.#collection.findOne({ _id }, { projection: { _id: 1 } })) !== null;
  }

  async list(query: ListQuery): Promise<ListResult> {
    const { cursor, limit } = query;
    const before = cursor === undefined ? undefined : decodeId(cursor);
    if (before === null) return { kind: 'invalid_cursor' };
    const found: StoredDocument[] = [];
    for (const position of before === undefined ? [{}] : [idsBelow(before.id), typesBelow(before.id)]) {
      // One more than asked for tells whether there is another page.
      const room = limit + 1 - found.length;
      if (position !== null && room > 0) found.push(...(await this.#page(query, position, room)));
    }
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      kind: 'page',
      items: readMessages(page),
      nextCursor: found.length > limit && last !== undefined ? encodeId(last._id) : null,
    };
  }

  async counts(): Promise<StatusCounts> {
    const counted = await Promise.all(
      MESSAGE_STATUSES.map(async (status) => [status, await this.#count(status)] as const),
    );
    // The statuses are exactly the keys: `fromEntries` alone cannot tell.
    return Object.fromEntries(counted) as StatusCounts;
  }

  async nextDueAt(): Promise<number | null> {
    const start = this.#start.ofNextDue();
    const [missing, near] = await Promise.all([this.#first(WITHOUT_TIME), this.#first(ownFrom(start))]);
    if (missing !== null) return 0;
    const own = near === null && start !== null ? await this.#first(ownFrom(null)) : near;
    return own === null ? null : (readMessage(own)?.availableAt ?? 0);
  }

  #page({ status, phoneNumber }: ListQuery, position: Document, limit: number): Promise<StoredDocument[]> {
    const conditions = {
      ...(status === undefined ? {} : { status }),
      ...(phoneNumber === undefined ? {} : { phoneNumber }),
    };
    // A number has few messages, a status may have most.
    const index = phoneNumber !== undefined ? this.#indexes.phoneNumber : this.#indexes.status;
    const isNarrowed = Object.keys(conditions).length > 0;
    return this.#collection
      .find({ ...conditions, ...position }, { sort: { _id: -1 }, limit, ...(isNarrowed && { hint: index }) })
      .toArray();
  }

  async #count(status: string): Promise<StatusCount> {
    const counted = await this.#collection.countDocuments(
      { status },
      { limit: EXACT_COUNT_LIMIT + 1, hint: this.#indexes.status },
    );
    return { count: Math.min(counted, EXACT_COUNT_LIMIT), exact: counted <= EXACT_COUNT_LIMIT };
  }

  #first(due: Filter<StoredDocument>): Promise<StoredDocument | null> {
    return this.#collection.findOne(
      { ...due, ...NOT_LEASED },
      { sort: { availableAt: 1, _id: 1 }, hint: this.#indexes.due },
    );
  }
}
