import type {
  CancelResult,
  Clock,
  ListQuery,
  ListResult,
  Message,
  RedriveFilter,
  RedriveResult,
  StatusCounts,
} from '@messaging-system/core';
import { InvalidOptionsError } from '@messaging-system/core';
import type {
  ClaimedMessage,
  ClaimRequest,
  DeliveryStop,
  EraseResult,
  InsertResult,
  LeaseResult,
  MessageRepository,
  NewMessage,
  ObjectIdFactory,
  Settlement,
} from '@messaging-system/core/adapter';
import { ClaimStart, checkMethods, inBatches, upTo } from '@messaging-system/core/adapter';
import { DueClaimer, nextDueAt } from './claim.ts';
import type { SqlConnection } from './database.ts';
import { Eraser } from './erase.ts';
import { inCallersTransaction, withStoreFaults } from './errors.ts';
import { counts, findById, list } from './find.ts';
import { insert, insertOn, storedCount } from './insert.ts';
import { BEGIN_ATTEMPT, changeHeld, EXTEND_LEASE, RELEASE } from './leases.ts';
import {
  cancelMessages,
  deliveryStop,
  prune,
  redriveMatching,
  redriveMessages,
  resumeDelivery,
  stopDelivery,
  storeNow,
  tryWrite,
} from './operate.ts';
import type { Session } from './session.ts';
import { settle } from './settle.ts';
import type { WakeUps } from './wake-ups.ts';

// Rows that one transaction changes at most, so that its locks are short.
const BATCH_SIZE = 500;
const POOL_PROBLEM =
  'connection must not be a pool, which runs each query on another connection: pass one that it has given, `await pool.connect()`';

export interface RepositoryParts {
  readonly session: Session;
  readonly ids: ObjectIdFactory;
  /**
   * Tells which deliveries must still be remembered when their messages are pruned, and how long searches take:
   * nothing of a message is decided by it.
   */
  readonly clock: Clock;
  readonly sentCacheTtlMs: number;
  readonly wakeUps: WakeUps;
}

/** Messages in a PostgreSQL table. Every write is committed, and on the server's disk, before its promise resolves. */
export class PostgresMessageRepository implements MessageRepository {
  readonly #parts: RepositoryParts;
  readonly #session: Session;
  readonly #start: ClaimStart;
  readonly #claimer: DueClaimer;
  readonly #eraser: Eraser;
  readonly #caller: SqlConnection | null;

  constructor(parts: RepositoryParts, caller: SqlConnection | null = null) {
    this.#parts = parts;
    this.#session = parts.session;
    const elapsed = (): number => parts.clock.elapsed?.() ?? 0;
    this.#start = new ClaimStart(elapsed);
    this.#claimer = new DueClaimer(parts.session, this.#start, elapsed);
    this.#eraser = new Eraser(parts.session);
    this.#caller = caller;
  }

  /**
   * The same repository, except that `insert` takes part in the transaction that the caller has open on this connection
   * to the same database: the messages are there when it commits, and gone when it is rolled back. Nobody is notified of
   * them: they are found by polling. A fault undoes the share of this insert alone; an error that asks for the
   * transaction to be run again (40001, 40P01) comes through as the driver's own. Everything else happens outside of the
   * transaction.
   * @throws InvalidOptionsError where the connection is missing, still a promise, or a pool
   */
  withConnection(connection: SqlConnection): PostgresMessageRepository {
    // Without a connection the insert would be outside of the transaction, and stay when that is rolled back.
    checkMethods(connection, ['query'], 'connection must have query(text, values)');
    // `pg` gives a pool the same method. Its statements would be outside of the transaction, or within that of another caller.
    if ('totalCount' in connection) throw new InvalidOptionsError([POOL_PROBLEM]);
    return new PostgresMessageRepository(this.#parts, connection);
  }

  async insert(messages: readonly NewMessage[]): Promise<InsertResult> {
    const { ids, wakeUps } = this.#parts;
    const caller = this.#caller;
    if (caller !== null) {
      return inCallersTransaction('insert', () => insertOn(this.#session, caller, ids, messages));
    }
    const result = await withStoreFaults('insert', () => insert(this.#session, ids, messages));
    for (const { createdAt, sendAt } of messages) this.#start.arrived(sendAt ?? createdAt);
    wakeUps.arrived(storedCount(result));
    return result;
  }

  claimDue(request: ClaimRequest): Promise<readonly ClaimedMessage[]> {
    return withStoreFaults('claimDue', () => this.#claimer.claim(request));
  }

  beginAttempt(leaseToken: string, ids: readonly string[], begunAt: number): Promise<LeaseResult> {
    return withStoreFaults('beginAttempt', () =>
      changeHeld(this.#session, BEGIN_ATTEMPT, leaseToken, ids, begunAt),
    );
  }

  settle(leaseToken: string, settlements: readonly Settlement[]): Promise<LeaseResult> {
    return withStoreFaults('settle', () => settle(this.#session, leaseToken, settlements));
  }

  extendLease(leaseToken: string, ids: readonly string[], leasedUntil: number): Promise<LeaseResult> {
    return withStoreFaults('extendLease', () =>
      changeHeld(this.#session, EXTEND_LEASE, leaseToken, ids, leasedUntil),
    );
  }

  async release(leaseToken: string, ids: readonly string[]): Promise<LeaseResult> {
    const released = await withStoreFaults('release', () =>
      changeHeld(this.#session, RELEASE, leaseToken, ids),
    );
    this.#start.forget();
    return released;
  }

  findById(id: string): Promise<Message | null> {
    return withStoreFaults('findById', () => findById(this.#session, id));
  }

  list(query: ListQuery): Promise<ListResult> {
    return withStoreFaults('list', () => list(this.#session, query));
  }

  counts(): Promise<StatusCounts> {
    return withStoreFaults('counts', () => counts(this.#session));
  }

  async cancel(ids: readonly string[], at: number): Promise<readonly CancelResult[]> {
    const batches = await withStoreFaults('cancel', () =>
      inBatches(ids, BATCH_SIZE, (batch) => cancelMessages(this.#session, batch, at)),
    );
    return batches.flat();
  }

  async redrive(ids: readonly string[], at: number): Promise<readonly RedriveResult[]> {
    const batches = await withStoreFaults('redrive', () =>
      inBatches(ids, BATCH_SIZE, (batch) => redriveMessages(this.#session, batch, at)),
    );
    const results = batches.flat();
    this.#redriven(results.filter(({ kind }) => kind === 'redriven').length, at);
    return results;
  }

  async redriveMatching(filter: RedriveFilter, at: number, limit: number): Promise<number> {
    const count = await withStoreFaults('redriveMatching', () =>
      upTo(limit, BATCH_SIZE, (batch) => redriveMatching(this.#session, filter, at, batch)),
    );
    this.#redriven(count, at);
    return count;
  }

  erase(phoneNumber: string, limit: number): Promise<EraseResult> {
    return withStoreFaults('erase', () => this.#eraser.erase(phoneNumber, limit));
  }

  prune(settledBefore: number, limit: number): Promise<number> {
    const { clock, sentCacheTtlMs: ttlMs } = this.#parts;
    return withStoreFaults('prune', () =>
      upTo(limit, BATCH_SIZE, (batch) =>
        prune(this.#session, settledBefore, batch, { now: clock.now(), ttlMs }),
      ),
    );
  }

  nextDueAt(): Promise<number | null> {
    return withStoreFaults('nextDueAt', () => nextDueAt(this.#session, this.#start));
  }

  /** The clock of the server, to the millisecond. */
  storeNow(): Promise<number> {
    return withStoreFaults('storeNow', () => storeNow(this.#session));
  }

  tryWrite(): Promise<void> {
    return withStoreFaults('tryWrite', () => tryWrite(this.#session));
  }

  stopDelivery(stop: DeliveryStop): Promise<void> {
    return withStoreFaults('stopDelivery', () => stopDelivery(this.#session, stop));
  }

  resumeDelivery(): Promise<void> {
    return withStoreFaults('resumeDelivery', () => resumeDelivery(this.#session));
  }

  deliveryStop(): Promise<DeliveryStop | null> {
    return withStoreFaults('deliveryStop', () => deliveryStop(this.#session));
  }

  /** At once for this instance; as soon as the server notifies for others, unless they insert in a caller's transaction. */
  watch(onDue: () => void): () => Promise<void> {
    return this.#parts.wakeUps.watch(onDue);
  }

  #redriven(count: number, at: number): void {
    if (count > 0) this.#start.arrived(at);
    this.#parts.wakeUps.arrived(count);
  }
}
