import { setTimeout as sleep } from 'node:timers/promises';
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
import type { ClientSession, Collection, Db } from 'mongodb';
import { AtomicInsert } from './atomic-insert.ts';
import { duplicatesIn, foreignDuplicate, repeatsTransaction } from './duplicate-keys.ts';
import type { IndexNames } from './indexes.ts';
import { findKeyHolders } from './key-holders.ts';
import { newDocument } from './new-document.ts';
import type { StoredDocument } from './stored-document.ts';
import { takeBack } from './take-back.ts';

/** How often messages are tried again whose key another writer was taking, or was held by a message that was gone when it was looked up. */
const ROUNDS = 16;

/** A writer that lost a race looks again after up to so long: the other is about to commit. */
const LONGEST_PAUSE_MS = 64;

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

/**
 * Stores new messages. A look-up finds the idempotency keys that are held, the unique index decides races for the others. Several messages of which one has a
 * key are stored in a transaction. Where the server has none, a call that turns out to conflict takes back what it has stored.
 */
export class MessageInserter {
  readonly #collection: Collection<StoredDocument>;
  readonly #indexes: IndexNames;
  readonly #atomic: AtomicInsert;
  readonly #random: Random;
  readonly #ids: ObjectIdFactory;

  constructor(db: Db, collection: Collection<StoredDocument>, indexes: IndexNames, random: Random) {
    this.#collection = collection;
    this.#indexes = indexes;
    this.#atomic = new AtomicInsert(db, collection, indexes.idempotencyKey);
    this.#random = random;
    this.#ids = new ObjectIdFactory(random);
  }

  async insert(messages: readonly NewMessage[]): Promise<InsertResult> {
    const items = new Map<number, InsertedItem>();
    let left: readonly Asked[] = messages.map((message, index) => ({ index, message }));
    for (let round = 0; round < ROUNDS; round += 1) {
      const plan = await this.#plan(left);
      if (plan.kind === 'conflict') return this.#refuse(plan.conflicts, items);
      for (const [index, item] of plan.existing) items.set(index, item);
      for (const [index, item] of await this.#store(plan.fresh)) items.set(index, item);
      left = left.filter(({ index }) => !items.has(index));
      if (left.length === 0) return inOrder(items);
      if (round > 0) await sleep(this.#random.next() * Math.min(2 ** round, LONGEST_PAUSE_MS));
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
          throw repeatsTransaction(error, this.#indexes.idempotencyKey);
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
    const messages = [...fresh.values()];
    const documents = messages.map(newDocument);
    const mayLoseSome = fresh.size > 1 && messages.some(({ idempotencyKey }) => idempotencyKey !== null);
    if (mayLoseSome && this.#atomic.isPossible) {
      if (await this.#atomic.insert(documents)) return storedItems(fresh);
      if (this.#atomic.isPossible) return new Map();
    }
    try {
      await this.#collection.insertMany(documents, { ordered: false });
      return storedItems(fresh);
    } catch (error) {
      const { taken, foreign } = duplicatesIn(error, this.#indexes.idempotencyKey);
      const stored = new Map([...fresh].filter((_, at) => !taken.has(at) && !foreign.has(at)));
      if (foreign.size === 0) return storedItems(stored);
      const kept = await takeBack(this.#collection, [...stored.values()]);
      throw kept.size === 0 ? foreignDuplicate() : new StoreUnavailableError('insert: MongoDB stored a part');
    }
  }

  /** Of a call that conflicts nothing stays stored but what was claimed meanwhile. */
  async #refuse(
    conflicts: readonly InsertConflict[],
    items: ReadonlyMap<number, InsertedItem>,
  ): Promise<InsertResult> {
    const stored = [...items].flatMap(([index, { kind, message }]) =>
      kind === 'stored' ? [{ index, message }] : [],
    );
    const kept = await takeBack(
      this.#collection,
      stored.map(({ message }) => message),
    );
    const remaining = stored.filter(({ message }) => kept.has(message.id));
    return { kind: 'conflict', conflicts, ...(remaining.length > 0 && { stored: remaining }) };
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
