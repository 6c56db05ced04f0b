import type { StoreName } from '../../contenders/stores.ts';
import type { Machine } from '../../machine.ts';

export interface ProcessesRun {
  readonly round: number;
  readonly perSecond: number;
  readonly requests: number;
  readonly distinct: number;
  /** While messages were still to be claimed. */
  readonly claims: number;
  readonly emptyClaims: number;
  /** What each process has settled. */
  readonly shares: readonly number[];
}

export interface ProcessesFigures {
  readonly store: StoreName;
  readonly processes: number;
  readonly messages: number;
  readonly runs: readonly ProcessesRun[];
}

export interface ProcessesResult {
  readonly machine: Machine;
  /** The servers that it ran on, as they say themselves. */
  readonly versions: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly figures: readonly ProcessesFigures[];
  readonly skipped: readonly string[];
}
