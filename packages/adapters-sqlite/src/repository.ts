import type { DatabaseSync } from 'node:sqlite';
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
import { checkMethods, inBatches, upTo } from '@messaging-system/core/adapter';
import { claimDue } from './claim.ts';
import type { Connection } from './connection.ts';
import { findById, listMessages, readCounts, readNextDueAt } from './find.ts';
import { insertInTransaction, insertMessages, storedCount } from './insert.ts';
import { BEGIN_ATTEMPT, changeHeld, EXTEND_LEASE, RELEASE } from './leases.ts';
import {
  cancelMessage,
  eraseMessages,
  pruneMessages,
  readDeliveryStop,
  redriveMatching,
  redriveMessage,
  resumeDelivery,
  stopDelivery,
} from './operate.ts';
import { forgetRecords, rememberRecords } from './sent-cache.ts';
import { settleMessages } from './settle.ts';
import type { Statements } from './statements.ts';
import { DueWatch } from './wake-ups.ts';

// Rows that one transaction changes at most, so that the event loop and other writers get their turn.
const BATCH_SIZE = 500;

// The same for work that also has to rewrite pages all over the file.
const SCATTERED_BATCH_SIZE = 200;

// An id that no message has.
const NOBODY = '0'.repeat(24);

export interface SqliteMessageRepositoryOptions {
  readonly ids: ObjectIdFactory;
  /** Tells which deliveries must still be remembered when their messages are pruned. */
  readonly clock: Clock;
  readonly sentCacheTtlMs: number;
}

/**
 * Messages in a SQLite file. Every write is one transaction (a large one of several ids: one for every 500)
 * that is durable before its promise resolves; processes may share the file.
 */
export class SqliteMessageRepository implements MessageRepository {
  readonly #connection: Connection;
  readonly #options: SqliteMessageRepositoryOptions;
  readonly #watch: DueWatch;
  readonly #caller: DatabaseSync | null;

  constructor(
    connection: Connection,
    options: SqliteMessageRepositoryOptions,
    watch: DueWatch = new DueWatch(connection),
    caller: DatabaseSync | null = null,
  ) {
    this.#connection = connection;
    this.#options = options;
    this.#watch = watch;
    this.#caller = caller;
  }

  /**
   * The same repository, except that `insert` takes part in the transaction that the caller has open on
   * this connection, one of the caller's own to the same file: the messages are there if and when it
   * commits. That insert is done when the call returns its promise; its fault undoes its own share of the
   * transaction alone. Everything else happens outside of the transaction, and so waits for its end.
   * @throws InvalidOptionsError where the connection is missing, or still a promise
   */
  withConnection(database: DatabaseSync): SqliteMessageRepository {
    // Without a connection the insert would be outside of the transaction, and stay when that is rolled back.
    const methods = ['exec', 'prepare', 'location'];
    checkMethods(database, methods, 'connection must be a DatabaseSync of node:sqlite');
    return new SqliteMessageRepository(this.#connection, this.#options, this.#watch, database);
  }

  async insert(messages: readonly NewMessage[]): Promise<InsertResult> {
    const { ids } = this.#options;
    if (this.#caller !== null) return insertInTransaction(this.#caller, this.#connection, ids, messages);
    const result = await this.#connection.write((statements) => insertMessages(statements, ids, messages));
    this.#watch.arrived(storedCount(result));
    return result;
  }

  async claimDue(request: ClaimRequest): Promise<readonly ClaimedMessage[]> {
    const claimed: ClaimedMessage[] = [];
    try {
      await upTo(request.limit, BATCH_SIZE, async (limit) => {
        const batch = await this.#connection.write((statements) =>
          claimDue(statements, { ...request, limit }),
        );
        claimed.push(...batch);
        return batch.length;
      });
    } catch (error) {
      // The caller learns what earlier batches have leased; the next claim meets the fault again.
      if (claimed.length === 0) throw error;
    }
    return claimed;
  }

  beginAttempt(leaseToken: string, ids: readonly string[], begunAt: number): Promise<LeaseResult> {
    return this.#inLeaseBatches(ids, (statements, batch) =>
      changeHeld(statements, BEGIN_ATTEMPT, leaseToken, batch, begunAt),
    );
  }

  settle(leaseToken: string, settlements: readonly Settlement[]): Promise<LeaseResult> {
    return this.#inLeaseBatches(settlements, (statements, batch) =>
      settleMessages(statements, leaseToken, batch),
    );
  }

  extendLease(leaseToken: string, ids: readonly string[], leasedUntil: number): Promise<LeaseResult> {
    return this.#inLeaseBatches(ids, (statements, batch) =>
      changeHeld(statements, EXTEND_LEASE, leaseToken, batch, leasedUntil),
    );
  }

  release(leaseToken: string, ids: readonly string[]): Promise<LeaseResult> {
    return this.#inLeaseBatches(ids, (statements, batch) =>
      changeHeld(statements, RELEASE, leaseToken, batch),
    );
  }

  findById(id: string): Promise<Message | null> {
    return this.#connection.read((statements) => findById(statements, id));
  }

  list(query: ListQuery): Promise<ListResult> {
    return listMessages(this.#connection, query);
  }

  counts(): Promise<StatusCounts> {
    return this.#connection.read(readCounts);
  }

  async cancel(ids: readonly string[], at: number): Promise<readonly CancelResult[]> {
    const results = await this.#inBatches(ids, (statements, batch) =>
      batch.map((id) => cancelMessage(statements, id, at)),
    );
    return results.flat();
  }

  async redrive(ids: readonly string[], at: number): Promise<readonly RedriveResult[]> {
    const batches = await this.#inBatches(ids, (statements, batch) =>
      batch.map((id) => redriveMessage(statements, id, at)),
    );
    const results = batches.flat();
    this.#watch.arrived(results.filter(({ kind }) => kind === 'redriven').length);
    return results;
  }

  async redriveMatching(filter: RedriveFilter, at: number, limit: number): Promise<number> {
    const count = await upTo(limit, SCATTERED_BATCH_SIZE, (batch) =>
      this.#connection.write((statements) => redriveMatching(statements, filter, at, batch)),
    );
    this.#watch.arrived(count);
    return count;
  }

  async erase(phoneNumber: string, limit: number): Promise<EraseResult> {
    const erasedIds: string[] = [];
    const inFlightIds = new Set<string>();
    await upTo(limit, SCATTERED_BATCH_SIZE, async (batch) => {
      const result = await this.#connection.write((statements) =>
        eraseMessages(statements, phoneNumber, batch),
      );
      erasedIds.push(...result.erasedIds);
      for (const id of result.inFlightIds) inFlightIds.add(id);
      return result.erasedIds.length;
    });
    // Also where nothing was left to remove: an earlier call may have left copies.
    const isGone = await this.#connection.emptyLog();
    return { erasedIds, inFlightIds: [...inFlightIds], ...(isGone ? {} : { copiesRemain: true }) };
  }

  async prune(settledBefore: number, limit: number): Promise<number> {
    const { clock, sentCacheTtlMs: ttlMs } = this.#options;
    const count = await upTo(limit, SCATTERED_BATCH_SIZE, (batch) =>
      this.#connection.write((statements) =>
        pruneMessages(statements, settledBefore, batch, { now: clock.now(), ttlMs }),
      ),
    );
    // Where a reader prevents it, the next call does it.
    await this.#connection.emptyLog();
    return count;
  }

  nextDueAt(): Promise<number | null> {
    return this.#connection.read(readNextDueAt);
  }

  /** A record of the sent cache comes and goes in one transaction. */
  async tryWrite(): Promise<void> {
    await this.#connection.write((statements) => {
      rememberRecords(statements, [{ id: NOBODY, webhookMessageId: null, sentAt: 0 }], { now: 0, ttlMs: 1 });
      forgetRecords(statements, [NOBODY]);
    });
  }

  async stopDelivery(stop: DeliveryStop): Promise<void> {
    await this.#connection.write((statements) => stopDelivery(statements, stop));
  }

  async resumeDelivery(): Promise<void> {
    await this.#connection.write(resumeDelivery);
  }

  deliveryStop(): Promise<DeliveryStop | null> {
    return this.#connection.read(readDeliveryStop);
  }

  /** At once for this instance; within 0.2 s for other connections, processes and callers' transactions. */
  watch(onDue: () => void): () => Promise<void> {
    const end = this.#watch.add(onDue);
    return async () => end();
  }

  /** Ends every watch. The store that opened the file closes it. */
  endWatches(): void {
    this.#watch.stop();
  }

  async #inLeaseBatches<Item>(
    items: readonly Item[],
    work: (statements: Statements, batch: readonly Item[]) => LeaseResult,
  ): Promise<LeaseResult> {
    const results = await this.#inBatches(items, work);
    return {
      held: results.flatMap(({ held }) => held),
      stale: results.flatMap(({ stale }) => stale),
    };
  }

  /** One transaction after the other, each for up to `BATCH_SIZE` of the items; their results in order. */
  #inBatches<Item, Result>(
    items: readonly Item[],
    work: (statements: Statements, batch: readonly Item[]) => Result,
  ): Promise<readonly Result[]> {
    return inBatches(items, BATCH_SIZE, (batch) =>
      this.#connection.write((statements) => work(statements, batch)),
    );
  }
}
