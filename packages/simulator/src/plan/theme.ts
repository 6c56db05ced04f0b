import type { AmbiguityPolicy } from '@messaging-system/core/adapter';
import type { Items, Weights } from '../dice.ts';
import type { Action, CallFailure, Fault, ReceiverFault } from './disturbance.ts';
import type { Operation, Target } from './operation.ts';

/** The most frequent kind of trouble in a world. */
export interface Theme {
  readonly name: string;
  readonly policies: Weights<AmbiguityPolicy | 'mixed'>;
  /** How much longer a lease is than a send may take. */
  readonly leaseMarginMs: Items<number>;
  readonly mostConcurrency: number;
  readonly fewestInBatch: number;
  /** How many of the messages expire, and within how long. */
  readonly expiring: { readonly odds: number; readonly withinMs: number };
  readonly drainDeadlineMs: Items<number>;
  readonly faults: Weights<Fault['kind']>;
  readonly operations: Weights<Exclude<Operation, 'send'>>;
  readonly failures: Weights<CallFailure>;
  readonly behaviours: Weights<ReceiverFault>;
  /** Among how many of the messages those are that the receiver treats in a way of their own. */
  readonly mostPoisoned: number;
  readonly outages: {
    readonly targets: Weights<Target>;
    readonly hows: Weights<Extract<Fault, { readonly kind: 'outage' }>['how']>;
    readonly mostMs: number;
  };
  readonly actions: Weights<Action['kind']>;
  readonly mostActions: number;
}

export const ANY: Theme = {
  name: 'any',
  policies: { resend: 4, hold: 3, reconcile: 2, mixed: 1 },
  leaseMarginMs: [100, 500, 500, 2_000, 2_000, 2_000, 6_000, 6_000],
  mostConcurrency: 5,
  fewestInBatch: 1,
  expiring: { odds: 0.1, withinMs: 15_000 },
  drainDeadlineMs: [0, 200, 1_000, 4_000],
  faults: {
    call: 8,
    send: 6,
    poison: 2,
    outage: 3,
    polite_refusals: 1,
    crash: 5,
    crash_at: 1,
    killer: 0.2,
    crash_loop: 0.4,
    freeze: 2,
    freeze_in_send: 1,
    clock: 3,
  },
  operations: {
    claimDue: 5,
    settle: 6,
    beginAttempt: 4,
    extendLease: 3,
    release: 3,
    remember: 2,
    recall: 2,
    reconcile: 2,
    storeNow: 1,
    insert: 1,
    cancel: 1,
    redrive: 1,
    redriveMatching: 1,
    forget: 1,
  },
  failures: {
    fails_before: 2,
    refused: 1,
    fails_after: 4,
    fails_halfway: 2,
    hangs_before: 1,
    hangs_after: 2,
    late_effect: 3,
    late_answer: 2,
  },
  behaviours: {
    http_500: 3,
    http_429: 2,
    http_400: 1,
    http_401: 1,
    http_410: 1,
    http_502: 1,
    http_502_taken: 2,
    refused_connection: 1,
    slow_connection: 1,
    reset: 1,
    reset_taken: 2,
    timeout: 1,
    timeout_taken: 3,
    taken_late: 2,
    slow: 4,
    deaf: 1,
    deaf_taken: 1,
    throws_taken: 1,
  },
  mostPoisoned: Number.POSITIVE_INFINITY,
  outages: {
    targets: { store: 4, cache: 2, receiver: 2, reconciler: 1 },
    hows: { fails_before: 1, fails_after: 1, hangs_before: 1, hangs_after: 1, slow: 1 },
    mostMs: 6_000,
  },
  actions: { enqueue: 2, cancel: 2, redrive: 2, redrive_matching: 1, stop: 4, start: 1, dispatch_once: 2 },
  mostActions: 6,
};
