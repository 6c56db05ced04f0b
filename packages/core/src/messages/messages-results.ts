import type { InsertConflict, InsertedItem, StoredInConflict } from '../message/insert-result.ts';
import type { Message } from '../message/message.ts';
import type { EnqueueProblem } from './enqueue-request.ts';

export type EnqueueResult =
  | { readonly kind: 'stored'; readonly message: Message }
  /** The same idempotency key and the same request again: the message as it is now. */
  | { readonly kind: 'existing'; readonly message: Message }
  /** The idempotency key is held by this other message; nothing was stored. */
  | { readonly kind: 'conflict'; readonly message: Message }
  | { readonly kind: 'invalid'; readonly problems: readonly EnqueueProblem[] };

export type EnqueueManyResult =
  | { readonly kind: 'enqueued'; readonly items: readonly InsertedItem[] }
  | {
      readonly kind: 'conflict';
      readonly conflicts: readonly InsertConflict[];
      /** Messages that a store without transactions had stored before it lost a race, and could not take back. Absent where nothing was stored. */
      readonly stored?: readonly StoredInConflict[];
    }
  /** Nothing was stored. */
  | { readonly kind: 'invalid'; readonly problems: readonly EnqueueProblem[] };

/** Which unsent messages to cancel; without anything: all. */
export interface CancelFilter {
  readonly phoneNumber?: string;
  /** Created then or later, epoch ms. Another service's messages have no time: they match only where no time is given. */
  readonly createdFrom?: number;
  /** Created earlier, epoch ms. */
  readonly createdBefore?: number;
}

export interface CancelReport {
  readonly cancelled: number;
  /** How many that match were under way at the moment, or had been when their process died, and so stay. */
  readonly inFlight: number;
}

export interface EraseReport {
  readonly erased: number;
  /** Under way at the moment and so not erased: ask again when they are settled. */
  readonly inFlightIds: readonly string[];
  /** Copies of what was erased are still in the store's own files, because somebody reads them: ask again. */
  readonly copiesRemain?: boolean;
}

export interface PruneOptions {
  /** The caller vouches for this machine's clock, as a script does that lives too short to watch it. False unless told. */
  readonly trustsClock?: boolean;
}

export type PruneResult =
  | { readonly kind: 'pruned'; readonly count: number }
  /** The store cannot tell its time, and this machine's clock has not run steadily for long enough. Nothing was removed. */
  | { readonly kind: 'clock_unproven'; readonly provenInMs: number };
