import type { MessageRepository, SentCache } from '@messaging-system/core/adapter';
import type { Closable } from '../define-contract.ts';

/** A fresh, empty cache for one case. */
export interface SentCacheHarness extends Closable {
  readonly cache: SentCache;

  /** Another instance on the same store, as another process would have it; the harness closes it. Absent where a cache lives in one instance. */
  openAnother?(): Promise<SentCache>;

  /** An instance whose store cannot be reached, quick to notice it; the harness closes it. Absent where a store is always there. */
  openUnreachable?(): Promise<SentCache>;

  /** An empty repository whose settle remembers its acks in this cache, for which `isSettledWith` is true. Absent where there is none. */
  readonly repository?: MessageRepository;

  /** The time to live that the cache was opened with; 500 or more. */
  readonly ttlMs: number;
  /** Lets the time to live of what was remembered run out: by a clock where the cache has one, else by really waiting. */
  expire(): Promise<void>;
  /** The milliseconds that the store itself says the record has left; null when it is not there. */
  probeTtlMs(id: string): Promise<number | null>;
  /** Puts something unreadable in the place of a record. */
  corrupt(id: string): Promise<void>;
}
