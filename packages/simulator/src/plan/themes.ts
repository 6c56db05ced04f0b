import type { Items } from '../dice.ts';
import { ANY, type Theme } from './theme.ts';

/** Leases that hardly suffice, long queues in front of few places: much to extend, much to lose. */
const TIGHT_LEASES: Theme = {
  ...ANY,
  name: 'tight leases',
  leaseMarginMs: [100, 400, 400, 400, 1_000],
  mostConcurrency: 2,
  fewestInBatch: 4,
  faults: { call: 6, send: 3, outage: 3, crash: 1, freeze: 1, freeze_in_send: 0.5, clock: 1 },
  outages: {
    targets: { receiver: 6, store: 1 },
    hows: { slow: 8, fails_before: 1 },
    mostMs: 15_000,
  },
  operations: { extendLease: 4, beginAttempt: 3, claimDue: 1, reconcile: 1 },
  failures: {
    late_effect: 3,
    late_answer: 2,
    hangs_before: 1,
    hangs_after: 1,
    fails_before: 1,
    fails_after: 1,
  },
  behaviours: { slow: 6, timeout_taken: 2, timeout: 1, reset_taken: 1, http_500: 1 },
};

/** Dispatchers that are stopped and started while the store or the receiver does not answer. */
const STOPS: Theme = {
  ...ANY,
  name: 'stops',
  drainDeadlineMs: [0, 300, 300, 1_000],
  faults: { call: 6, send: 6, outage: 4, clock: 1 },
  behaviours: {
    slow: 3,
    deaf: 2,
    deaf_taken: 2,
    slow_connection: 2,
    timeout_taken: 1,
    http_410: 1,
    http_500: 1,
  },
  actions: { stop: 6, start: 2, dispatch_once: 3 },
  mostActions: 10,
};

/** Nobody knows what became of most attempts, and later ones fail. */
const DOUBTS: Theme = {
  ...ANY,
  name: 'doubts',
  mostPoisoned: 3,
  policies: { resend: 3, hold: 2, reconcile: 3, mixed: 1 },
  leaseMarginMs: [100, 500, 500, 2_000],
  faults: { call: 3, send: 4, poison: 4, crash: 4, freeze: 1, freeze_in_send: 0.5 },
  behaviours: {
    reset_taken: 3,
    http_502_taken: 2,
    timeout_taken: 2,
    taken_late: 2,
    timeout: 1,
    reset: 1,
    http_500: 3,
    http_400: 2,
    http_401: 1,
    slow: 2,
  },
};

/** Messages that expire while they wait. */
const EXPIRY: Theme = {
  ...TIGHT_LEASES,
  name: 'expiry',
  expiring: { odds: 0.6, withinMs: 4_000 },
  leaseMarginMs: ANY.leaseMarginMs,
  operations: ANY.operations,
  failures: ANY.failures,
};

/** Processes that are killed again and again, by somebody or by one of their messages. */
const CRASH_LOOPS: Theme = {
  ...ANY,
  name: 'crash loops',
  policies: { resend: 4, hold: 1, reconcile: 2, mixed: 1 },
  leaseMarginMs: [100, 100, 500, 500, 2_000],
  faults: { crash_loop: 4, killer: 2, crash: 2, send: 2, call: 1 },
  behaviours: { slow: 6, timeout_taken: 1, http_500: 1, http_400: 1 },
};

const COMMON = [ANY, ANY, ANY, ANY, ANY] as const;

export const THEMES: Items<Theme> = [
  ...COMMON,
  ...[TIGHT_LEASES, TIGHT_LEASES, STOPS, STOPS, DOUBTS, DOUBTS, EXPIRY, CRASH_LOOPS, CRASH_LOOPS],
];
