import { setTimeout as sleep } from 'node:timers/promises';
import { type Message, StoreRejectedError, StoreUnavailableError } from '@messaging-system/core';
import {
  type InsertConflict,
  type InsertedItem,
  type InsertResult,
  isSameRequest,
  type NewMessage,
  ObjectIdFactory,
  storedFrom,
} from '@messaging-system/core/adapter';
import {
  type ClientSession,
  type Db,
  MongoCompatibilityError,
  MongoNetworkError,
  MongoServerError,
  ReadPreference,
} from 'mongodb';
import { findIds, MAJORITY, type MessageStore } from './collection.ts';
import { byIds, encodeId, newDocument, readMessage, type StoredDocument } from './document.ts';
import { hasCode } from './errors.ts';
import { duplicatesIn, otherDuplicate, uniqueIndexOf } from './unique-indexes.ts';

/**
 * How often messages are tried again whose key another writer was taking, or was held by a message that was
 * gone when it was looked up.
 */
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
      readonly fresh: ReadonlyMap<number, Message>;
    };

/**
 * Stores new messages. A look-up finds the idempotency keys that are held, the unique index decides races for
 * the others. Several messages of which one has a key are stored in a transaction. Where the server has none,
 * a call that turns out to conflict takes back what it has stored.
 */
export class MessageInserter {
  readonly #db: Db;
  readonly #store: MessageStore;
  readonly #keyIndex: string;
  readonly #ids: ObjectIdFactory;
  /** Not once the server has said that it has no transactions. */
  #hasTransactions = true;

  constructor(db: Db, store: MessageStore) {
    this.#db = db;
    this.#store = store;
    this.#keyIndex = store.indexes.idempotencyKey;
    this.#ids = new ObjectIdFactory(store.random);
  }

  async insert(messages: readonly NewMessage[]): Promise<InsertResult> {
    const items = new Map<number, InsertedItem>();
    let left: readonly Asked[] = messages.map((message, index) => ({ index, message }));
    for (let round = 0; round < ROUNDS; round += 1) {
      const plan = await this.#plan(left);
      if (plan.kind === 'conflict') return this.#refuse(plan.conflicts, items);
      for (const [index, item] of plan.existing) items.set(index, item);
      for (const [index, item] of await this.#storeFresh(plan.fresh)) items.set(index, item);
      left = left.filter(({ index }) => !items.has(index));
      if (left.length === 0) return inOrder(items);
      if (round > 0) await sleep(this.#store.random.next() * Math.min(2 ** round, LONGEST_PAUSE_MS));
    }
    throw new StoreUnavailableError('insert: the messages that hold the keys came and went');
  }

  /**
   * Stores within the open transaction of the session. A key that another writer takes in the same moment
   * ends the transaction with an error for which the driver's `withTransaction` runs it again; then the
   * look-up finds the key.
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
      await this.#store.collection
        .insertMany([...plan.fresh.values()].map(newDocument), { session })
        .catch((error: unknown) => {
          throw this.#faultInTransaction(error);
        });
    }
    return inOrder(new Map([...plan.existing, ...storedItems(plan.fresh)]));
  }

  async #plan(asked: readonly Asked[], session?: ClientSession): Promise<Plan> {
    const keys = asked.flatMap(({ message }) => message.idempotencyKey ?? []);
    const holders = await this.#findHolders(keys, session);
    const existing = new Map<number, InsertedItem>();
    const fresh = new Map<number, Message>();
    const conflicts: InsertConflict[] = [];
    for (const { index, message: wanted } of asked) {
      const key = wanted.idempotencyKey;
      const holder = key === null ? undefined : holders.get(key);
      if (holder === undefined)
        fresh.set(index, storedFrom(this.#ids.next(wanted.createdAt), wanted).message);
      else if (isSameRequest(holder, wanted)) existing.set(index, { kind: 'existing', message: holder });
      else conflicts.push({ index, message: holder });
    }
    return conflicts.length > 0 ? { kind: 'conflict', conflicts } : { kind: 'plan', existing, fresh };
  }

  /** The messages that hold these idempotency keys, by key. */
  async #findHolders(
    keys: readonly string[],
    session?: ClientSession,
  ): Promise<ReadonlyMap<string, Message>> {
    if (keys.length === 0) return new Map();
    const documents = await this.#store.collection
      .find(
        // The type repeats the condition of the index, which is used only where the query implies it.
        { idempotencyKey: { $in: [...keys], $type: 'string' } },
        { hint: this.#keyIndex, ...(session === undefined ? {} : { session }) },
      )
      .toArray();
    const holders = new Map<string, Message>();
    for (const document of documents) {
      const message = readMessage(document);
      if (message?.idempotencyKey == null) {
        throw new StoreRejectedError('insert: a document that is no message holds an idempotency key');
      }
      holders.set(message.idempotencyKey, message);
    }
    return holders;
  }

  /** The stored messages, without those that another writer stored first. */
  async #storeFresh(fresh: ReadonlyMap<number, Message>): Promise<ReadonlyMap<number, InsertedItem>> {
    if (fresh.size === 0) return new Map();
    const messages = [...fresh.values()];
    const documents = messages.map(newDocument);
    const mayLoseSome = fresh.size > 1 && messages.some(({ idempotencyKey }) => idempotencyKey !== null);
    if (mayLoseSome && this.#hasTransactions) {
      if (await this.#storeAllOrNone(documents)) return storedItems(fresh);
      if (this.#hasTransactions) return new Map();
    }
    try {
      await this.#store.collection.insertMany(documents, { ordered: false });
      return storedItems(fresh);
    } catch (error) {
      const { taken, other } = duplicatesIn(error, this.#keyIndex);
      const stored = new Map([...fresh].filter((_, at) => !taken.has(at) && !other.has(at)));
      if (other.size === 0) return storedItems(stored);
      const kept = await this.#takeBack([...stored.values()]);
      throw kept.size === 0 ? otherDuplicate() : new StoreUnavailableError('insert: MongoDB stored a part');
    }
  }

  /**
   * In a transaction of its own. Returns whether they are stored: not when another writer came before with
   * one of the keys, or this server has no transactions.
   */
  async #storeAllOrNone(documents: readonly StoredDocument[]): Promise<boolean> {
    const session = this.#db.client.startSession();
    try {
      session.startTransaction({ writeConcern: MAJORITY, readPreference: ReadPreference.primary });
      await this.#store.collection.insertMany([...documents].sort(byKey), { session });
      await session.commitTransaction();
      return true;
    } catch (error) {
      const refusedBy = uniqueIndexOf(error, this.#keyIndex);
      if (refusedBy === 'other') throw otherDuplicate();
      const isWithout = isWithoutTransactions(error);
      if (isWithout) this.#hasTransactions = false;
      if (isWithout || refusedBy === 'key' || isLostRace(error)) return false;
      throw error;
    } finally {
      // It also aborts what is still open.
      await session.endSession();
    }
  }

  /**
   * In a transaction a duplicate key that the look-up before did not see was taken since: repeating the
   * transaction resolves it, and this label tells `withTransaction` so. Servers that find the other writer
   * still under way say it themselves.
   */
  #faultInTransaction(error: unknown): unknown {
    const refusedBy = uniqueIndexOf(error, this.#keyIndex);
    if (refusedBy === 'other') return otherDuplicate();
    if (refusedBy === 'key' && error instanceof MongoServerError) {
      error.addErrorLabel('TransientTransactionError');
    }
    return error;
  }

  /** A call that conflicts leaves nothing stored, except messages that a claim took meanwhile. */
  async #refuse(
    conflicts: readonly InsertConflict[],
    items: ReadonlyMap<number, InsertedItem>,
  ): Promise<InsertResult> {
    const stored = [...items].flatMap(([index, { kind, message }]) =>
      kind === 'stored' ? [{ index, message }] : [],
    );
    const kept = await this.#takeBack(stored.map(({ message }) => message));
    const remaining = stored.filter(({ message }) => kept.has(message.id));
    return { kind: 'conflict', conflicts, ...(remaining.length > 0 && { stored: remaining }) };
  }

  /**
   * Removes messages that were just stored, unless a claim came first. Returns the ids of those that stay.
   */
  async #takeBack(messages: readonly { readonly id: string }[]): Promise<ReadonlySet<string>> {
    if (messages.length === 0) return new Set();
    const { collection } = this.#store;
    const stored = byIds(messages.map(({ id }) => id));
    // Without a lease and without an attempt nobody can have begun to send it.
    const untouched = { status: 'unsent', leaseToken: null, attempts: null, history: null };
    const { deletedCount } = await collection.deleteMany({ ...stored, ...untouched });
    if (deletedCount === messages.length) return new Set();
    return new Set((await findIds(collection, stored)).map(encodeId));
  }
}

function storedItems(fresh: ReadonlyMap<number, Message>): ReadonlyMap<number, InsertedItem> {
  return new Map([...fresh].map(([index, message]) => [index, { kind: 'stored' as const, message }]));
}

function inOrder(items: ReadonlyMap<number, InsertedItem>): InsertResult {
  const sorted = [...items].sort(([one], [other]) => one - other);
  return { kind: 'inserted', items: sorted.map(([, item]) => item) };
}

/**
 * Writers that take the same keys in the same order wait for each other; in different orders they would wait
 * for ever.
 */
function byKey(one: StoredDocument, other: StoredDocument): number {
  const [first, second] = [String(one.idempotencyKey ?? ''), String(other.idempotencyKey ?? '')];
  return first < second ? -1 : Number(first > second);
}

function isWithoutTransactions(error: unknown): boolean {
  if (error instanceof MongoCompatibilityError) return true;
  // For a standalone server the driver puts an error of its own around the server's, without the code.
  return [error, error instanceof MongoServerError ? error.originalError : null].some((each) =>
    hasCode(
      each,
      'IllegalOperation',
      'CommandNotFound',
      'CommandNotSupported',
      'OperationNotSupportedInTransaction',
    ),
  );
}

/** Ended in favour of another writer, before the commit: a lost connection says nothing of the kind. */
function isLostRace(error: unknown): boolean {
  if (!(error instanceof MongoServerError) || error instanceof MongoNetworkError) return false;
  return error.hasErrorLabel('TransientTransactionError') || hasCode(error, 'WriteConflict');
}
