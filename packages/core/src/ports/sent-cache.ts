import type { MessageQueue } from './message-queue.ts';

/** A delivery that the receiver accepted. */
export interface SentRecord {
  readonly id: string;
  /** Null: the receiver gave none. Of a message of another service such a record proves nothing: the Go service writes one for a refusal too. */
  readonly webhookMessageId: string | null;
  /** Epoch ms. */
  readonly sentAt: number;
}

/**
 * Remembers accepted deliveries for a while (24 h by default), so that one whose ack was lost is acked later and not
 * repeated. Best effort: a fault (`SentCacheUnavailableError`) never stops delivery, it only makes copies possible that
 * would have been prevented. All callers may call at the same time.
 */
export interface SentCache {
  /** Stores the records; a second one for the same id replaces the first. Each expires by its own time to live. */
  remember(records: readonly SentRecord[]): Promise<void>;

  /** The records that are known, in any order; unknown, expired and unreadable ones are absent. */
  recall(ids: readonly string[]): Promise<readonly SentRecord[]>;

  /** Removes records; unknown ids are ignored. */
  forget(ids: readonly string[]): Promise<void>;

  /**
   * True when `settle` of this repository remembers its acks here in its own transaction, so that `remember` before it is not
   * needed. Absent means false.
   */
  isSettledWith?(repository: MessageQueue): boolean;
}
