import type { SentCache } from '@messaging-system/core';
import type { Closable } from '../define-contract.ts';

/** A fresh, empty cache for one case. */
export interface SentCacheHarness extends Closable {
  readonly cache: SentCache;
  /** The time to live that the cache was opened with. */
  readonly ttlMs: number;
  /** Lets the time to live of what was remembered run out: by a clock where the cache has one, else by really waiting. */
  expire(): Promise<void>;
  /** The milliseconds that the store itself says the record has left; null when it is not there. */
  probeTtlMs(id: string): Promise<number | null>;
  /** Puts something unreadable in the place of a record. */
  corrupt(id: string): Promise<void>;
}
