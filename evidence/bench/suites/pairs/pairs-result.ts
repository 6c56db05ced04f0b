import type { Machine } from '../../machine.ts';
import type { ContenderName } from '../throughput/contenders.ts';
import type { ThroughputRun } from '../throughput/throughput-result.ts';

export interface PairResult {
  readonly one: ContenderName;
  readonly other: ContenderName;
  /** Whose sources the other one runs; null: this checkout's, as the one does. */
  readonly otherCheckout?: string | null;
  readonly oneRuns: readonly ThroughputRun[];
  readonly otherRuns: readonly ThroughputRun[];
}

export interface PairsResult {
  readonly machine: Machine;
  /** The servers that it ran on, as they say themselves. */
  readonly versions: Readonly<Record<string, string>>;
  readonly concurrency: number;
  readonly rounds: number;
  /** A run; fewer where a contender delivers its share only. */
  readonly messages: number;
  readonly pairs: readonly PairResult[];
  readonly skipped: readonly string[];
}
