import type { DispatcherOptions } from '@messaging-system/core';
import type { AmbiguityPolicy } from '@messaging-system/core/adapter';
import type { Disturbance } from './disturbance.ts';

/** Everything that distinguishes one world from another. Two runs of one plan are the same to the byte. */
export interface WorldPlan {
  readonly seed: number;
  /** Of every dispatcher and its sender; the policy is each process's own. */
  readonly options: Partial<DispatcherOptions> &
    Pick<DispatcherOptions, RequiredOptions> & { readonly sendTimeoutMs: number };
  readonly processes: readonly PlannedProcess[];
  readonly messages: readonly PlannedMessage[];
  /** Whether there is a sent cache. */
  readonly cache: boolean;
  /** Whether the store can tell its time, if the adapter does not say so itself. */
  readonly storeNow: boolean;
  /** Whether the store wakes the dispatchers. */
  readonly watch: boolean;
  /** When the faults end, in ms from the beginning. */
  readonly chaosMs: number;
  /** Whether operators send all that is `failed` or `unknown` again when the faults have ended. */
  readonly redrivesAtEnd: boolean;
  readonly disturbances: readonly Disturbance[];
}

type RequiredOptions =
  | 'batchSize'
  | 'concurrency'
  | 'intervalMs'
  | 'drain'
  | 'leaseMs'
  | 'storeTimeoutMs'
  | 'drainDeadlineMs'
  | 'retry'
  | 'ratePerSecond';

export interface PlannedProcess {
  readonly ambiguity: AmbiguityPolicy;
}

export interface PlannedMessage {
  /** When it is enqueued; 0: it is there from the beginning. */
  readonly atMs: number;
  readonly key: boolean;
  /** From when it is enqueued. */
  readonly sendAfterMs: number | null;
  readonly expiresAfterMs: number | null;
  /** Left by another service, with none of our fields, or broken; both only where it is there from the beginning. */
  readonly origin: 'enqueued' | 'foreign' | 'invalid';
}
