import type { StoreName } from '../../contenders/stores.ts';

export type ProcessesCommand =
  | {
      readonly kind: 'open';
      readonly store: StoreName;
      readonly receiverUrl: string;
      readonly directory: string;
      readonly runId: string;
      readonly concurrency: number;
    }
  /** Forgets what it counted before. */
  | { readonly kind: 'start' }
  /** Answers with its `ProcessReport` when everything that it had claimed is settled or given back. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'end' };

/** One claim. */
export interface ClaimReport {
  /** By the machine's monotonic clock. */
  readonly begunAtMs: number;
  readonly endedAtMs: number;
  readonly count: number;
}

export interface ProcessReport {
  readonly claims: readonly ClaimReport[];
  readonly settled: number;
}
