import type { ClaimedMessage, ClaimRequest, LeaseResult } from '../message/lease-transitions.ts';
import type { Settlement } from '../message/settlement.ts';
import type { StoreTimes } from './store-times.ts';

/**
 * The store as a `Dispatcher` uses it: it claims messages, and ends each lease by a settlement or a release.
 * `MessageRepository` says what holds for every operation.
 */
export interface MessageQueue extends StoreTimes {
  /**
   * Leases up to `limit` due messages to `leaseToken` until `leasedUntil`, atomically for each: of callers that race
   * for a message exactly one receives it, the others receive others or fewer. Due is `unsent` with `availableAt` missing or
   * `<= now`. Messages that another service wrote (no `availableAt`) and ours share every claim of at least two, so that
   * neither stream starves the other; each stream is served in due order, ours by `availableAt`. A store may let racing claimants take
   * messages while a few that were due earlier stay behind: its contract test declares the largest number (`claimWindow`).
   * A store in which a search from the beginning is expensive may begin at the place of its last claim: what another process stores or
   * releases before that place then waits for a few claims, or until one finds too little.
   * An expired lease is taken over: its message is `interrupted`. If the lost lease did not journal, or had begun, the message
   * is `inDoubt` and its `lostLeases` grows by one. A doubt stays until it is settled. A message with `lostLeases` is leased as
   * journaling whatever the request says: its holder must call `beginAttempt` before it sends.
   * A fault may leave messages leased to a token that nobody knows; they come back as interrupted when the lease ends.
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
   * an attempt, unless it was journaled; a journaled attempt without one is taken back. The last 20 attempts are kept, at most `KEPT_RESPONSES` of them with
   * a response: an attempt with one takes away those of the attempts before these. Durable when it returns. A repeat of a
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

  /**
   * Capability: calls `onDue` soon after messages may have become due by an insert or a redrive, of any process where the
   * store can tell, at least of this instance. May call too often, and may miss: polling stays. Returns how to end it.
   */
  watch?(onDue: () => void): () => Promise<void>;

  /** The stop that stands, as whoever stopped last told any instance; null where none does. */
  deliveryStop?(): Promise<DeliveryStop | null>;
}

/** An operator's stop for every process at a store. */
export interface DeliveryStop {
  /** Epoch ms. */
  readonly at: number;
  /** The operator, such as the name of an API key; null where it is not known. */
  readonly by: string | null;
}
