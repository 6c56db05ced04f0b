import type { Machine } from '../../machine.ts';

export interface LatencyRun {
  /** Whether the dispatcher is woken by an enqueue, or finds the message at its next poll. */
  readonly wakesUp: boolean;
  /** Of the capacity. */
  readonly load: number;
  readonly perSecond: number;
  readonly messages: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly mostMs: number;
}

export interface LatencyResult {
  readonly machine: Machine;
  /** The servers that it ran on, as they say themselves. */
  readonly versions: Readonly<Record<string, string>>;
  /** Messages a second that one process enqueues one by one and delivers at the same time. */
  readonly capacity: number;
  readonly seconds: number;
  readonly intervalMs: number;
  readonly runs: readonly LatencyRun[];
}
