import {
  type InsertConflict,
  type InsertedItem,
  type InsertResult,
  isSameRequest,
  type NewMessage,
  ObjectIdFactory,
  type Random,
  type StoredMessage,
  StoreRejectedError,
  StoreUnavailableError,
  storedFrom,
  toMessage,
} from '@messaging-system/core';
import type { ClientSession, Collection } from 'mongodb';
import { duplicatesIn, repeatsTransaction } from './duplicate-keys.ts';
import type { IndexNames } from './indexes.ts';
import { findKeyHolders } from './key-holders.ts';
import { newDocument } from './new-document.ts';
import type { StoredDocument } from './stored-document.ts';

/** How often messages are tried again whose key was held by a message that was gone when it was looked up. */
const ROUNDS = 5;

interface Asked {
  /** Position in the call. */
  readonly index: number;
  readonly message: NewMessage;
}

type Plan =
  | { readonly kind: 'conflict'; readonly conflicts: readonly InsertConflict[] }
  | {
      readonly kind: 'plan';
      readonly existing: ReadonlyMap<number, InsertedItem>;
      readonly fresh: ReadonlyMap<number, StoredMessage>;
    };

/** Stores new messages. A look-up finds the idempotency keys that are held, the unique index decides races for the others. */
export class MessageInserter {
  readonly #collection: Collection<StoredDocument>;
  readonly #indexes: IndexNames;
  readonly #ids: ObjectIdFactory;

  constructor(collection: Collection<StoredDocument>, indexes: IndexNames, random: Random) {
    this.#collection = collection;
    this.#indexes = indexes;
    this.#ids = new ObjectIdFactory(random);
  }

  async insert(messages: readonly NewMessage[]): Promise<InsertResult> {
    const items = new Map<number, InsertedItem>();
    let left: readonly Asked[] = messages.map((message, index) => ({ index, message }));
    for (let round = 0; round < ROUNDS; round += 1) {
      const plan = await this.#plan(left);
      if (plan.kind === 'conflict') return plan;
      for (const [index, item] of plan.existing) items.set(index, item);
      for (const [index, item] of await this.#store(plan.fresh)) items.set(index, item);
      left = left.filter(({ index }) => !items.has(index));
      if (left.length === 0) return inOrder(items);
    }
    throw new StoreUnavailableError('insert: the messages that hold the keys came and went');
  }

  /**
   * Stores within the open transaction of the session. A key that another writer takes in the same moment ends the transaction with an error
   * for which the driver's `withTransaction` runs it again; then the look-up finds the key.
   */
  async insertIn(session: ClientSession, messages: readonly NewMessage[]): Promise<InsertResult> {
    const keys = messages.flatMap(({ idempotencyKey }) => idempotencyKey ?? []);
    if (new Set(keys).size < keys.length) {
      throw new StoreRejectedError('insert: the idempotency keys within one call must differ');
    }
    const plan = await this.#plan(
      messages.map((message, index) => ({ index, message })),
      session,
    );
    if (plan.kind === 'conflict') return plan;
    if (plan.fresh.size > 0) {
      await this.#collection
        .insertMany([...plan.fresh.values()].map(newDocument), { session })
        .catch((error: unknown) => {
          throw repeatsTransaction(error);
        });
    }
    return inOrder(new Map([...plan.existing, ...storedItems(plan.fresh)]));
  }

  async #plan(asked: readonly Asked[], session?: ClientSession): Promise<Plan> {
    const keys = asked.flatMap(({ message }) => message.idempotencyKey ?? []);
    const holders = await findKeyHolders(this.#collection, this.#indexes, keys, session);
    const existing = new Map<number, InsertedItem>();
    const fresh = new Map<number, StoredMessage>();
    const conflicts: InsertConflict[] = [];
    for (const { index, message: wanted } of asked) {
      const key = wanted.idempotencyKey;
      const holder = key === null ? undefined : holders.get(key);
      if (holder === undefined) fresh.set(index, storedFrom(this.#ids.next(wanted.createdAt), wanted));
      else if (isSameRequest(holder, wanted)) existing.set(index, { kind: 'existing', message: holder });
      else conflicts.push({ index, message: holder });
    }
    return conflicts.length > 0 ? { kind: 'conflict', conflicts } : { kind: 'plan', existing, fresh };
  }

  /** What was stored; absent is what another writer came before. */
  async #store(fresh: ReadonlyMap<number, StoredMessage>): Promise<ReadonlyMap<number, InsertedItem>> {
    if (fresh.size === 0) return new Map();
    try {
      await this.#collection.insertMany([...fresh.values()].map(newDocument), { ordered: false });
      return storedItems(fresh);
    } catch (error) {
      const lost = duplicatesIn(error);
      return storedItems(new Map([...fresh].filter((_, position) => !lost.has(position))));
    }
  }
}

function storedItems(fresh: ReadonlyMap<number, StoredMessage>): ReadonlyMap<number, InsertedItem> {
  return new Map(
    [...fresh].map(([index, stored]) => [index, { kind: 'stored' as const, message: toMessage(stored) }]),
  );
}

function inOrder(items: ReadonlyMap<number, InsertedItem>): InsertResult {
  const sorted = [...items].sort(([one], [other]) => one - other);
  return { kind: 'inserted', items: sorted.map(([, item]) => item) };
}
