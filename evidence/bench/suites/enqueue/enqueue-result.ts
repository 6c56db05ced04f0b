import type { Spread } from '../../../support/statistics.ts';
import type { StoreName } from '../../contenders/stores.ts';
import type { Machine } from '../../machine.ts';
import type { EnqueueWay } from './enqueue-protocol.ts';

export interface EnqueueFigures extends EnqueueWay {
  readonly store: StoreName;
  readonly perSecond: Spread;
}

export interface EnqueueResult {
  readonly machine: Machine;
  /** The servers that it ran on, as they say themselves. */
  readonly versions: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly figures: readonly EnqueueFigures[];
  readonly skipped: readonly string[];
}
