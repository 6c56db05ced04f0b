import type {
  CancelResult,
  ListQuery,
  ListResult,
  Message,
  RedriveFilter,
  RedriveResult,
  StatusCounts,
} from '@messaging-system/core';
import type {
  ClaimedMessage,
  ClaimRequest,
  DeliveryStop,
  EraseResult,
  InsertResult,
  LeaseResult,
  MessageRepository,
  NewMessage,
  OptionNames,
  Random,
  Settlement,
} from '@messaging-system/core/adapter';
import { checkMethods, checkOptions } from '@messaging-system/core/adapter';
import { SystemRandom } from '@messaging-system/core/system-clock';
import { type ClientSession, type Db, MongoError } from 'mongodb';
import { DueClaimer } from './claim.ts';
import { durableCollection, inSimpleCollation, type MessageStore, storeNow } from './collection.ts';
import { StopKeeper } from './delivery-stop.ts';
import type { StoredDocument } from './document.ts';
import { ClaimStart } from './due-order.ts';
import { inTransaction, withStoreFaults } from './errors.ts';
import { counts, findById, list, nextDueAt } from './find.ts';
import { ensureIndexes } from './indexes.ts';
import { MessageInserter } from './insert.ts';
import { beginAttempt, extendLease, release, tryUpdate } from './leases.ts';
import { multikeyWarning } from './multikey-warning.ts';
import { cancel, erase, prune, redrive, redriveMatching } from './operate.ts';
import { settle } from './settle.ts';
import { WakeUps } from './wake-ups.ts';

export interface MongoMessageRepositoryOptions {
  /** Of a client that the caller opens and closes. */
  readonly db: Db;
  /** The collection's name; `messages` unless told, as the Go service has it. */
  readonly collection?: string;
  /** Hear of messages that other processes insert or redrive through a change stream; false unless told. */
  readonly changeStreams?: boolean;
  /**
   * Hears of the indexes that `open` waits for while they are built, when it waits for longer, about once in
   * ten seconds.
   */
  readonly onIndexWait?: (names: readonly string[]) => void;
  /**
   * Hears what is wrong and what to do: at opening, that an index no longer serves as it should; at opening
   * and later, that the user may not read the stop for all.
   */
  readonly onWarning?: (text: string) => void;
  /** For ids, and for the places where claimants spread. */
  readonly random?: Random;
}

const OPTION_NAMES: OptionNames<MongoMessageRepositoryOptions> = {
  db: true,
  collection: true,
  changeStreams: true,
  onIndexWait: true,
  onWarning: true,
  random: true,
};

interface Parts {
  readonly db: Db;
  readonly store: MessageStore;
  readonly start: ClaimStart;
  readonly claimer: DueClaimer;
  readonly inserter: MessageInserter;
  readonly wakeUps: WakeUps;
  readonly stopKeeper: StopKeeper;
}

/**
 * The messages in a MongoDB collection, which it may share with the Go service. Independent of the caller's client,
 * a write counts when a majority has it and reads go to the primary. Nothing is open besides the
 * caller's client, so there is nothing to close but what `watch` returned.
 */
export class MongoMessageRepository implements MessageRepository {
  readonly #parts: Parts;
  readonly #store: MessageStore;
  readonly #session: ClientSession | null;

  private constructor(parts: Parts, session: ClientSession | null) {
    this.#parts = parts;
    this.#store = parts.store;
    this.#session = session;
  }

  /**
   * Tries a write, makes the indexes that are missing, waits until each serves queries (long, on a large
   * collection) and returns the repository. Throws `StoreRejectedError` when an index of other options stands
   * in the way, naming it, and when the server can't do the updates that claims are made of.
   */
  static async open(options: MongoMessageRepositoryOptions): Promise<MongoMessageRepository> {
    checkOptions(options, OPTION_NAMES);
    checkMethods(options.db, ['collection', 'command'], 'db must be a Db of mongodb, such as client.db()');
    return new MongoMessageRepository(await withStoreFaults('open', () => openParts(options)), null);
  }

  /**
   * The same repository, except that `insert` takes part in the transaction that the session has open: the
   * messages are there when it commits, and gone when it aborts; watchers hear of them after the commit, when
   * the session ends. Everything else happens outside of the transaction. An error that asks for the
   * transaction to be run again comes through as the driver's own, so that `session.withTransaction` does so.
   * @throws InvalidOptionsError where the session is missing, or still a promise
   */
  withSession(session: ClientSession): MongoMessageRepository {
    // Without a session the insert would be outside of the transaction, and stay when that aborts.
    checkMethods(session, ['inTransaction', 'withTransaction'], 'session must be a ClientSession of mongodb');
    return new MongoMessageRepository(this.#parts, session);
  }

  async insert(messages: readonly NewMessage[]): Promise<InsertResult> {
    const { start, inserter, wakeUps } = this.#parts;
    const session = this.#session;
    if (session?.inTransaction()) {
      const result = await inTransaction('insert', () => inserter.insertIn(session, messages));
      wakeUps.wakeAfter(session, result);
      return result;
    }
    const result = await withStoreFaults('insert', () => inserter.insert(messages));
    for (const { createdAt, sendAt } of messages) start.arrived(sendAt ?? createdAt);
    if (result.kind === 'inserted' && result.items.some(({ kind }) => kind === 'stored')) wakeUps.wake();
    return result;
  }

  claimDue(request: ClaimRequest): Promise<readonly ClaimedMessage[]> {
    return withStoreFaults('claimDue', () => this.#parts.claimer.claim(request));
  }

  beginAttempt(leaseToken: string, ids: readonly string[], begunAt: number): Promise<LeaseResult> {
    return withStoreFaults('beginAttempt', () => beginAttempt(this.#store, leaseToken, ids, begunAt));
  }

  settle(leaseToken: string, settlements: readonly Settlement[]): Promise<LeaseResult> {
    return withStoreFaults('settle', () => settle(this.#store, leaseToken, settlements));
  }

  extendLease(leaseToken: string, ids: readonly string[], leasedUntil: number): Promise<LeaseResult> {
    return withStoreFaults('extendLease', () => extendLease(this.#store, leaseToken, ids, leasedUntil));
  }

  async release(leaseToken: string, ids: readonly string[]): Promise<LeaseResult> {
    const released = await withStoreFaults('release', () => release(this.#store, leaseToken, ids));
    this.#parts.start.forget();
    return released;
  }

  findById(id: string): Promise<Message | null> {
    return withStoreFaults('findById', () => findById(this.#store, id));
  }

  list(query: ListQuery): Promise<ListResult> {
    return withStoreFaults('list', () => list(this.#store, query));
  }

  counts(): Promise<StatusCounts> {
    return withStoreFaults('counts', () => counts(this.#store));
  }

  cancel(ids: readonly string[], at: number): Promise<readonly CancelResult[]> {
    return withStoreFaults('cancel', () => cancel(this.#store, ids, at));
  }

  async redrive(ids: readonly string[], at: number): Promise<readonly RedriveResult[]> {
    const results = await withStoreFaults('redrive', () => redrive(this.#store, ids, at));
    if (results.some(({ kind }) => kind === 'redriven')) this.#parts.wakeUps.wake();
    return results;
  }

  async redriveMatching(filter: RedriveFilter, at: number, limit: number): Promise<number> {
    const redriven = await withStoreFaults('redriveMatching', () =>
      redriveMatching(this.#store, filter, at, limit),
    );
    if (redriven > 0) this.#parts.wakeUps.wake();
    return redriven;
  }

  erase(phoneNumber: string, limit: number): Promise<EraseResult> {
    return withStoreFaults('erase', () => erase(this.#store, phoneNumber, limit));
  }

  prune(settledBefore: number, limit: number): Promise<number> {
    return withStoreFaults('prune', () => prune(this.#store, settledBefore, limit));
  }

  nextDueAt(): Promise<number | null> {
    return withStoreFaults('nextDueAt', () => nextDueAt(this.#store, this.#parts.start));
  }

  /** The clock of the primary that has the collection, to the millisecond. */
  storeNow(): Promise<number> {
    return withStoreFaults('storeNow', () => storeNow(this.#parts.db, this.#store.collection));
  }

  /**
   * An update that finds nothing, confirmed by a majority: it needs a primary, the right to write, and
   * members that store what they are sent.
   */
  tryWrite(): Promise<void> {
    return withStoreFaults('tryWrite', () => tryUpdate(this.#store.collection));
  }

  stopDelivery(stop: DeliveryStop): Promise<void> {
    return withStoreFaults('stopDelivery', () => this.#parts.stopKeeper.stop(stop));
  }

  resumeDelivery(): Promise<void> {
    return withStoreFaults('resumeDelivery', () => this.#parts.stopKeeper.resume());
  }

  deliveryStop(): Promise<DeliveryStop | null> {
    return withStoreFaults('deliveryStop', () => this.#parts.stopKeeper.read());
  }

  watch(onDue: () => void): () => Promise<void> {
    return this.#parts.wakeUps.watch(onDue);
  }
}

async function openParts(options: MongoMessageRepositoryOptions): Promise<Parts> {
  const { db, collection: name = 'messages', random = new SystemRandom(), onWarning } = options;
  const plain = durableCollection<StoredDocument>(db, name);
  await tryUpdate(plain);
  const { names: indexes, isCollated } = await ensureIndexes(plain, options.onIndexWait);
  const collection = isCollated ? inSimpleCollation(plain) : plain;
  const store: MessageStore = { collection, indexes, random };
  const stopKeeper = new StopKeeper(db, name, onWarning);
  if (onWarning) {
    const warning = await multikeyWarning(store);
    if (warning !== null) onWarning(warning);
    // Tells at once that the stop may not be read. Any other fault meets the first claim, which reads the
    // stop again.
    await stopKeeper.read().catch((error: unknown) => {
      if (!(error instanceof MongoError)) throw error;
    });
  }
  const start = new ClaimStart();
  return {
    db,
    store,
    start,
    claimer: new DueClaimer(store, start),
    inserter: new MessageInserter(db, store),
    wakeUps: new WakeUps(collection, options.changeStreams === true),
    stopKeeper,
  };
}
