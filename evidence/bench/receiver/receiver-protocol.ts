export type ReceiverCommand = { readonly kind: 'listen' | 'reset' | 'counts' | 'latencies' | 'end' };

export interface ReceiverCounts {
  readonly requests: number;
  readonly distinct: number;
  /** What the receiver's process used since the last reset. */
  readonly cpuMs: number;
}
