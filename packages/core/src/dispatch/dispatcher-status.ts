import type { BreakerStatus } from '../policy/circuit-breaker.ts';

/** `draining`: no new claims, what is under way finishes. */
export type DispatcherState = 'stopped' | 'running' | 'draining';

export interface DispatcherFailure {
  readonly at: number;
  /** The operation, such as `claimDue` or `send`. */
  readonly during: string;
  /** The error's name, such as `TypeError`. Its text and stack are in the event. */
  readonly error: string;
}

/** How much is delivered how often. */
export interface DispatcherPace {
  readonly batchSize: number;
  readonly intervalMs: number;
  /** Whether a tick goes on until nothing is due: then a message is delivered when it is due, and the batch size limits nothing. */
  readonly drain: boolean;
  /** When the next tick begins, at the latest; null during a tick, and while nothing runs. */
  readonly nextAt: number | null;
}

export interface DispatcherStatus {
  readonly state: DispatcherState;
  readonly breaker: BreakerStatus;
  /** The receiver asked for a pause of claiming until then; null when it did not. */
  readonly pausedUntil: number | null;
  /** Claimed and not yet settled or released. */
  readonly leased: number;
  /** Sends under way, or finished and not yet stored; never more than `concurrency`. */
  readonly inFlight: number;
  readonly lastClaimAt: number | null;
  /**
   * The stable code of the store's last fault; null once the store works again. A refusal lasts until the refused
   * operation works or something is written.
   */
  readonly storeFault: string | null;
  /** The last error since the start that is not a typed fault, such as a bug in an adapter; null when there was none. */
  readonly failure: DispatcherFailure | null;
  /** By how much this process's clock is corrected to the store's; 0 while it is close enough. */
  readonly clockOffsetMs: number;
  /** Null where there is no dispatcher. */
  readonly pace: DispatcherPace | null;
}

/** Where nothing delivers. */
export const STOPPED_STATUS: DispatcherStatus = {
  state: 'stopped',
  breaker: { state: 'closed', failures: 0 },
  pausedUntil: null,
  leased: 0,
  inFlight: 0,
  lastClaimAt: null,
  storeFault: null,
  failure: null,
  clockOffsetMs: 0,
  pace: null,
};
