import type { Message } from './message.ts';

export type InsertResult =
  | { readonly kind: 'inserted'; readonly items: readonly InsertedItem[] }
  | {
      readonly kind: 'conflict';
      readonly conflicts: readonly InsertConflict[];
      /** The messages that were stored all the same; absent where there are none. */
      readonly stored?: readonly StoredInConflict[];
    };

/** In the order of the call. */
export interface InsertedItem {
  readonly kind: 'stored' | 'existing';
  readonly message: Message;
}

export interface InsertConflict {
  /** Position in the call. */
  readonly index: number;
  /** The message that holds the key. */
  readonly message: Message;
}

export interface StoredInConflict {
  /** Position in the call. */
  readonly index: number;
  readonly message: Message;
}
