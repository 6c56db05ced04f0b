import type { DispatcherStatus } from '@messaging-system/core';

/** A dispatcher that runs and has nothing to do. */
export const RUNNING: DispatcherStatus = {
  state: 'running',
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
