import type { InsertResult } from '../message/insert-result.ts';
import type { ListQuery, ListResult, StatusCounts } from '../message/listing.ts';
import type { Message, NewMessage } from '../message/message.ts';
import type {
  CancelResult,
  EraseResult,
  RedriveFilter,
  RedriveResult,
} from '../message/operator-transitions.ts';
import type { StoreTimes } from './store-times.ts';

/**
 * The store as `Messages` uses it: what callers and operators do with messages.
 * `MessageRepository` says what holds for every operation.
 */
export interface MessageRecords extends StoreTimes {
  /**
   * Stores new messages as `unsent`, in order, each with its `metadata`, and its `traceparent` unless that is invalid. Of callers that race with the same `idempotencyKey` exactly one stores,
   * all others get that message as `existing`; the key holds whatever becomes of the message, until it is erased
   * or pruned. When a key is held by a message that is not the same request (`isSameRequest`), nothing of the call is
   * stored and `conflict` names each, in a race too; only a store without transactions may have stored others of the call that were
   * claimed before it could take them back: it names these as `stored`. Keys within one call must differ. Throws when nothing is known to be stored;
   * repeating the call stores those with a key once.
   */
  insert(messages: readonly NewMessage[]): Promise<InsertResult>;

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
   * Removes up to `limit` messages of a phone number permanently, whatever their status. Those under a lease stay and are reported
   * (all of them once less than `limit` is left to remove; ask again when they are settled), unless the lease journals
   * and has not begun. Only `unsent` can be leased, whatever another service left on what it marked.
   */
  erase(phoneNumber: string, limit: number): Promise<EraseResult>;

  /** Removes up to `limit` `sent` and `cancelled` messages whose own `settledAt` is before the instant; returns how many. */
  prune(settledBefore: number, limit: number): Promise<number>;
}
