export type ReceiverCommand = 'reset' | 'counts';

export interface ReceiverCounts {
  readonly requests: number;
  readonly distinct: number;
  /** What the receiver's process used since the last reset. */
  readonly cpuMs: number;
}

export type ReceiverReply =
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'counts'; readonly counts: ReceiverCounts };
