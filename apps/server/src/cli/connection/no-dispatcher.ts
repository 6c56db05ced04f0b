import type { DispatcherUseCases } from '@messaging-system/http-hono';

/** Stands where a server has its dispatcher: commands deliver nothing themselves. */
export const NO_DISPATCHER: DispatcherUseCases = {
  start: () => {},
  stop: () => {},
  status: () => ({
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
  }),
  dispatchOnce: async () => ({ kind: 'busy' }),
};
