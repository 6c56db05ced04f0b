import type { Machine } from '../../machine.ts';
import type { ContenderName } from '../throughput/contenders.ts';
import type { ThroughputRun } from '../throughput/throughput-result.ts';

export interface PairResult {
  readonly one: ContenderName;
  readonly other: ContenderName;
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
