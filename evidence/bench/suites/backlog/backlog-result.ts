import type { Spread } from '../../../support/statistics.ts';
import type { Machine } from '../../machine.ts';

export interface BacklogFigures {
  readonly store: 'sqlite' | 'mongo';
  /** How many messages wait. */
  readonly size: number;
  readonly claimMs: Spread;
  readonly settleMs: Spread;
  readonly countsMs: Spread;
  /** How long the event loop stood still, at the most, while counts were asked for. */
  readonly countsBlockedMs: number;
  /** Of the file; null for MongoDB. */
  readonly storedBytes: number | null;
  /** Of a fresh process after it has delivered out of this backlog; null where that is too small. */
  readonly residentBytes: Spread | null;
}

export interface BacklogResult {
  readonly machine: Machine;
  /** The servers that it ran on, as they say themselves. */
  readonly versions: Readonly<Record<string, string>>;
  readonly claimed: number;
  readonly settled: number;
  readonly rounds: number;
  readonly delivered: number;
  readonly figures: readonly BacklogFigures[];
  readonly skipped: readonly string[];
}
