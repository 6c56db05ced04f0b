import type { InsertResult } from '../message/insert-result.ts';
import type { ClaimedMessage, ClaimRequest, LeaseResult } from '../message/lease-transitions.ts';
import type { ListQuery, ListResult, StatusCounts } from '../message/listing.ts';
import type { Message, NewMessage } from '../message/message.ts';
import type {
  CancelResult,
  EraseResult,
  RedriveFilter,
  RedriveResult,
} from '../message/operator-transitions.ts';
import type { Settlement } from '../message/settlement.ts';

/**
 * The store of the messages. Every operation is batch-first, takes absolute instants (epoch ms) and decides nothing
 * by a clock of its own. Outcomes of the domain are returned; a fault is thrown as `StoreUnavailableError` (nobody
 * knows whether it took effect) or `StoreRejectedError` (nothing changed). Unknown ids are skipped or reported as
 * such, never a fault. All callers, of all processes, may call everything at the same time.
 */
export interface MessageRepository {
  /**
   * How far a claim may stray from due order: it may take a message while up to this many messages that were due
   * earlier (of the same stream: with our fields, or without) stay behind. 0 is strict order. A store in which a search from the beginning is
   * expensive may begin at the place of its last claim: what another process stores or releases before that place then waits for a few claims, or
   * until one finds too little.
   */
  readonly claimWindow: number;

  /**
   * Stores new messages as `unsent`, in order, each with its `traceparent` unless that is invalid. Of callers that race with the same `idempotencyKey` exactly one stores,
   * all others get that message as `existing`; the key holds whatever becomes of the message, until it is erased
   * or pruned. When a key is held by a message that is not the same request (`isSameRequest`), nothing of the call is
   * stored and `conflict` names each, in a race too; only a store without transactions may have stored others of the call that were
   * claimed before it could take them back: it names these as `stored`. Keys within one call must differ. Throws when nothing is known to be stored;
   * repeating the call stores those with a key once.
   */
  insert(messages: readonly NewMessage[]): Promise<InsertResult>;

  /**
   * Leases up to `limit` due messages to `leaseToken` until `leasedUntil`, atomically for each: of callers that race
   * for a message exactly one receives it, the others receive others or fewer. Due is `unsent` with `availableAt` missing or
   * `<= now`. Messages that another service wrote (no `availableAt`) and ours share every claim of at least two, so that
   * neither stream starves the other; each stream is served in due order within `claimWindow`, ours by `availableAt`.
   * An expired lease is taken over: its message is `interrupted`. If the lost lease did not journal, or had begun, the message
   * is `inDoubt` and its `lostLeases` grows by one. A doubt stays until it is settled. A message with `lostLeases` is leased as
   * journaling whatever the request says: its holder must call `beginAttempt` before it sends.
   * A fault may leave messages leased to the token that nobody was told of; they come back as interrupted when the lease ends.
   * A document that cannot be read as a message is returned as far as it can be (empty texts), never left at the head.
   */
  claimDue(request: ClaimRequest): Promise<readonly ClaimedMessage[]>;

  /**
   * Journals, durably, that the attempts of these leased messages begin at `begunAt`; `attempts` grows by one. A repeat
   * under the same token changes nothing and reports the same. Ids that the token does not hold are `stale`, and nothing
   * of theirs changes: they must not be sent.
   */
  beginAttempt(leaseToken: string, ids: readonly string[], begunAt: number): Promise<LeaseResult>;

  /**
   * Settles leased messages; each is conditional on the token and on `unsent`, whatever the lease's end: a late settle that nobody
   * came before succeeds, a stale one changes nothing. Ends the lease. `attempts` grows by one for each settlement with
   * an attempt, unless it was journaled; a journaled attempt without one is taken back. Durable when it returns. A repeat of a
   * settle that was stored reports it as held again and changes nothing, so that a caller may repeat it after a fault.
   */
  settle(leaseToken: string, settlements: readonly Settlement[]): Promise<LeaseResult>;

  /**
   * Moves the end of leases that the token holds to `leasedUntil`, never back to an earlier instant: a call that its caller gave up may
   * take effect after a later one. Also one that has ended, if nobody came before.
   */
  extendLease(leaseToken: string, ids: readonly string[], leasedUntil: number): Promise<LeaseResult>;

  /**
   * Gives leased messages back to their place (`dueAt`). Changes neither `attempts` (one that was journaled is taken back) nor `lostLeases`; a doubt
   * from before stays. Only for messages whose request did not begin.
   */
  release(leaseToken: string, ids: readonly string[]): Promise<LeaseResult>;

  findById(id: string): Promise<Message | null>;

  /**
   * A page, newest first (descending id: creation order, to the second between processes). The cursor stays right while
   * messages come and go: what was there throughout is seen exactly once. A cursor that is not ours is `invalid_cursor`.
   */
  list(query: ListQuery): Promise<ListResult>;

  /** Counts per status, exact up to 100,000 each, beyond that at least so many and marked. Cost does not grow with the backlog. */
  counts(): Promise<StatusCounts>;

  /**
   * Cancels unsent messages, each atomically, in order of the ids. Under a live or interrupted lease: `in_flight`, unless the
   * lease journals and has not begun; then the cancel ends the lease, and a later `beginAttempt` is stale. A message that is
   * cancelled is never claimed afterwards; of a racing claim or beginning and a cancel exactly one wins.
   */
  cancel(ids: readonly string[], at: number): Promise<readonly CancelResult[]>;

  /**
   * Makes `failed` and `unknown` messages due at `at` again, each atomically: of racing redrives one is `redriven`. An unsent one that nobody
   * holds and that a nack has put off (it has a `reason`) until after `at` is due at `at`; nothing else of it changes, its attempts and a
   * doubt stay. All others are `refused`: leased ones too, interrupted or not.
   */
  redrive(ids: readonly string[], at: number): Promise<readonly RedriveResult[]>;

  /**
   * The same for up to `limit` that match and were settled before `at` (so that what fails again is not taken again);
   * returns how many. 0 means that none is left. `unsent` is those that a nack has put off, and that have begun no attempt at `at` or later.
   */
  redriveMatching(filter: RedriveFilter, at: number, limit: number): Promise<number>;

  /**
   * Removes up to `limit` messages of a phone number, whatever their status, for good. Those under a lease stay and are reported
   * (all of them once less than `limit` is left to remove; ask again when they are settled), unless the lease journals
   * and has not begun. Only `unsent` can be leased, whatever another service left on what it marked.
   */
  erase(phoneNumber: string, limit: number): Promise<EraseResult>;

  /** Removes up to `limit` `sent` and `cancelled` messages whose own `settledAt` is before the instant; returns how many. */
  prune(settledBefore: number, limit: number): Promise<number>;

  /** The earliest `availableAt` of any unsent message that is not leased; 0 where one without it is due; null when there is none. */
  nextDueAt(): Promise<number | null>;

  /** Capability: the store's own time, epoch ms. */
  storeNow?(): Promise<number>;

  /**
   * Capability: writes something that means nothing, as durably as anything, and leaves no trace of it. Throws what every other write would be
   * refused with: a store that can be read may have a full disk, or a user without the right to write. Asked by readiness.
   */
  tryWrite?(): Promise<void>;

  /**
   * Capability, with the two below: keeps that delivery is stopped for every process at this store, durably, until it is resumed. Where a stop stands
   * already, that one is kept. It changes no message and holds nobody back by itself: every dispatcher reads it before it claims.
   */
  stopDelivery?(stop: DeliveryStop): Promise<void>;

  /** Removes the stop. Changes nothing where none stands. */
  resumeDelivery?(): Promise<void>;

  /** The stop that stands, as whoever stopped last told any instance; null where none does. */
  deliveryStop?(): Promise<DeliveryStop | null>;

  /**
   * Capability: calls `onDue` soon after messages may have become due by an insert or a redrive, of any process where the
   * store can tell, at least of this instance. May call too often, and may miss: polling stays. Returns how to end it.
   */
  watch?(onDue: () => void): () => Promise<void>;
}

/** An operator's stop for every process at a store. */
export interface DeliveryStop {
  /** Epoch ms. */
  readonly at: number;
  /** Who stopped it, such as the name of an API key; null where that is not known. */
  readonly by: string | null;
}
