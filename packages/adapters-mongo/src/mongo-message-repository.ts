import type {
  CancelResult,
  ClaimedMessage,
  ClaimRequest,
  DeliveryStop,
  EraseResult,
  InsertResult,
  LeaseResult,
  ListQuery,
  ListResult,
  Message,
  MessageRepository,
  NewMessage,
  Random,
  RedriveFilter,
  RedriveResult,
  Settlement,
  StatusCounts,
} from '@messaging-system/core';
import { SystemRandom } from '@messaging-system/core/system-clock';
import type { ClientSession, Collection, Db } from 'mongodb';
import { ChangeFeed } from './change-feed.ts';
import { CLAIM_WINDOW } from './claim-spread.ts';
import { ClaimStart } from './claim-start.ts';
import { inSimpleCollation } from './collation.ts';
import { CommitWatch } from './commit-watch.ts';
import { DueClaimer } from './due-claimer.ts';
import { durableCollection } from './durable-collection.ts';
import { ensureIndexes } from './ensure-indexes.ts';
import { withStoreFaults } from './faults.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { MessageFinder } from './message-finder.ts';
import { MessageInserter } from './message-inserter.ts';
import { multikeyWarning } from './multikey-index.ts';
import { Remover } from './remover.ts';
import { StatusChanger } from './status-changer.ts';
import { StopKeeper } from './stop-keeper.ts';
import { StoreClock } from './store-clock.ts';
import type { StoredDocument } from './stored-document.ts';
import { inTransaction } from './transaction.ts';
import { tryUpdate } from './try-update.ts';
import { WakeUps } from './wake-ups.ts';

export interface MongoMessageRepositoryOptions {
  /** Of a client that the caller opens and closes. */
  readonly db: Db;
  /** The collection's name; `messages` unless told, as the Go service has it. */
  readonly collection?: string;
  /** Hear of messages that other processes insert or redrive through a change stream; false unless told. */
  readonly changeStreams?: boolean;
  /** Hears of the indexes that `open` waits for while they are built, when it waits for longer, about once in ten seconds. */
  readonly onIndexWait?: (names: readonly string[]) => void;
  /** Hears, at opening, of an index that serves no longer as it should and, also later, of a missing right to the stop for all; and of the cure. */
  readonly onWarning?: (text: string) => void;
  /** For ids, and for the places where claimants spread. */
  readonly random?: Random;
}

interface Parts {
  readonly collection: Collection<StoredDocument>;
  readonly clock: StoreClock;
  readonly start: ClaimStart;
  readonly claimer: DueClaimer;
  readonly leases: LeaseKeeper;
  readonly inserter: MessageInserter;
  readonly finder: MessageFinder;
  readonly changer: StatusChanger;
  readonly remover: Remover;
  readonly wakeUps: WakeUps;
  readonly stop: StopKeeper;
  readonly commits: CommitWatch;
}

/**
 * The messages in a MongoDB collection, which it may share with the Go service. Whatever the caller's client says, a write counts when a
 * majority has it and reads go to the primary. Nothing is open besides the caller's client, so there is nothing to close but
 * what `watch` returned.
 */
export class MongoMessageRepository implements MessageRepository {
  readonly claimWindow: number = CLAIM_WINDOW;
  readonly #parts: Parts;
  readonly #session: ClientSession | null;

  private constructor(parts: Parts, session: ClientSession | null) {
    this.#parts = parts;
    this.#session = session;
  }

  /**
   * Tries a write, makes the indexes that are missing, waits until each serves queries (long, on a large collection) and returns the repository. Throws `StoreRejectedError` when an index of other options stands in the way,
   * naming it, and when the server can't do the updates that claims are made of.
   */
  static async open(options: MongoMessageRepositoryOptions): Promise<MongoMessageRepository> {
    const { db, collection: name = 'messages', random = new SystemRandom() } = options;
    const plain = durableCollection<StoredDocument>(db, name);
    await withStoreFaults('open', () => tryUpdate(plain));
    const { names: indexes, isCollated } = await withStoreFaults('open', () =>
      ensureIndexes(plain, options.onIndexWait),
    );
    const collection = isCollated ? inSimpleCollation(plain) : plain;
    const { onWarning } = options;
    const warning = onWarning && (await withStoreFaults('open', () => multikeyWarning(collection, indexes)));
    if (warning) onWarning(warning);
    const stop = new StopKeeper(db, name, onWarning);
    // Tells at once, and not only at the first claim, that it may not be read.
    if (onWarning) await withStoreFaults('open', () => stop.read());
    const start = new ClaimStart();
    const finder = new MessageFinder(collection, indexes, start);
    const wakeUps = new WakeUps(options.changeStreams === true ? new ChangeFeed(collection) : null);
    const parts: Parts = {
      collection,
      clock: new StoreClock(db, collection),
      start,
      claimer: new DueClaimer(collection, indexes, start, random),
      leases: new LeaseKeeper(collection, random),
      inserter: new MessageInserter(db, collection, indexes, random),
      finder,
      changer: new StatusChanger(collection, indexes),
      remover: new Remover(collection, indexes),
      wakeUps,
      stop,
      commits: new CommitWatch(finder, wakeUps),
    };
    return new MongoMessageRepository(parts, null);
  }

  /**
   * The same repository, except that `insert` takes part in the transaction that the session has open: the messages are there when it commits,
   * and gone when it aborts; watchers hear of them after the commit, when the session ends. Everything else happens outside of the transaction.
   * An error that asks for the transaction to be run again comes through as the driver's own, so that `session.withTransaction` does so.
   */
  withSession(session: ClientSession): MongoMessageRepository {
    return new MongoMessageRepository(this.#parts, session);
  }

  async insert(messages: readonly NewMessage[]): Promise<InsertResult> {
    const { start, inserter, wakeUps, commits } = this.#parts;
    const session = this.#session;
    if (session?.inTransaction()) {
      const result = await inTransaction('insert', () => inserter.insertIn(session, messages));
      commits.follow(session, result);
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
    return withStoreFaults('beginAttempt', () => this.#parts.leases.begin(leaseToken, ids, begunAt));
  }

  settle(leaseToken: string, settlements: readonly Settlement[]): Promise<LeaseResult> {
    return withStoreFaults('settle', () => this.#parts.leases.settle(leaseToken, settlements));
  }

  extendLease(leaseToken: string, ids: readonly string[], leasedUntil: number): Promise<LeaseResult> {
    return withStoreFaults('extendLease', () => this.#parts.leases.extend(leaseToken, ids, leasedUntil));
  }

  async release(leaseToken: string, ids: readonly string[]): Promise<LeaseResult> {
    const released = await withStoreFaults('release', () => this.#parts.leases.release(leaseToken, ids));
    this.#parts.start.forget();
    return released;
  }

  findById(id: string): Promise<Message | null> {
    return withStoreFaults('findById', () => this.#parts.finder.findById(id));
  }

  list(query: ListQuery): Promise<ListResult> {
    return withStoreFaults('list', () => this.#parts.finder.list(query));
  }

  counts(): Promise<StatusCounts> {
    return withStoreFaults('counts', () => this.#parts.finder.counts());
  }

  cancel(ids: readonly string[], at: number): Promise<readonly CancelResult[]> {
    return withStoreFaults('cancel', () => this.#parts.changer.cancel(ids, at));
  }

  async redrive(ids: readonly string[], at: number): Promise<readonly RedriveResult[]> {
    const results = await withStoreFaults('redrive', () => this.#parts.changer.redrive(ids, at));
    if (results.some(({ kind }) => kind === 'redriven')) this.#parts.wakeUps.wake();
    return results;
  }

  async redriveMatching(filter: RedriveFilter, at: number, limit: number): Promise<number> {
    const redriven = await withStoreFaults('redriveMatching', () =>
      this.#parts.changer.redriveMatching(filter, at, limit),
    );
    if (redriven > 0) this.#parts.wakeUps.wake();
    return redriven;
  }

  erase(phoneNumber: string, limit: number): Promise<EraseResult> {
    return withStoreFaults('erase', () => this.#parts.remover.erase(phoneNumber, limit));
  }

  prune(settledBefore: number, limit: number): Promise<number> {
    return withStoreFaults('prune', () => this.#parts.remover.prune(settledBefore, limit));
  }

  nextDueAt(): Promise<number | null> {
    return withStoreFaults('nextDueAt', () => this.#parts.finder.nextDueAt());
  }

  /** The clock of the primary that has the collection, to the millisecond. */
  storeNow(): Promise<number> {
    return withStoreFaults('storeNow', () => this.#parts.clock.now());
  }

  /** An update that finds nothing, confirmed by a majority: it needs a primary, the right to write, and members that store what they are sent. */
  tryWrite(): Promise<void> {
    return withStoreFaults('tryWrite', () => tryUpdate(this.#parts.collection));
  }

  stopDelivery(stop: DeliveryStop): Promise<void> {
    return withStoreFaults('stopDelivery', () => this.#parts.stop.stop(stop));
  }

  resumeDelivery(): Promise<void> {
    return withStoreFaults('resumeDelivery', () => this.#parts.stop.resume());
  }

  deliveryStop(): Promise<DeliveryStop | null> {
    return withStoreFaults('deliveryStop', () => this.#parts.stop.read());
  }

  watch(onDue: () => void): () => Promise<void> {
    return this.#parts.wakeUps.watch(onDue);
  }
}
