import type { CallFailure, Fault } from './disturbance.ts';
import type { Operation } from './operation.ts';
import type { PlanScope } from './plan-scope.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** One fault, of the kind that the theme of the world makes likely. */
export function planFault(scope: PlanScope): Fault {
  return PLANNERS[scope.dice.weighted(scope.theme.faults)](scope);
}

const PLANNERS: Readonly<Record<Fault['kind'], (scope: PlanScope) => Fault>> = {
  call: (scope) => {
    const operation = scope.dice.weighted(scope.theme.operations);
    return {
      kind: 'call',
      operation,
      process: caller(scope, operation),
      nth: nth(scope, operation),
      times: scope.dice.weighted([
        [1, 4],
        [2, 2],
        [5, 1],
      ]),
      how: failure(scope),
      delayMs: delay(scope),
    };
  },
  send: (scope) => ({
    kind: 'send',
    process: process(scope),
    nth: nth(scope, 'send'),
    times: scope.dice.weighted([
      [1, 3],
      [3, 2],
      [8, 1],
    ]),
    how: scope.dice.weighted(scope.theme.behaviours),
    delayMs: delay(scope),
  }),
  poison: (scope) => ({
    kind: 'poison',
    message: scope.dice.int(0, Math.min(scope.messageCount, scope.theme.mostPoisoned) - 1),
    times: scope.dice.weighted([
      [1, 1],
      [3, 1],
      [100, 2],
    ]),
    how: scope.dice.weighted(scope.theme.behaviours),
    delayMs: delay(scope),
  }),
  outage: (scope) => ({
    kind: 'outage',
    target: scope.dice.weighted(scope.theme.outages.targets),
    process: scope.dice.odds(0.5) ? null : process(scope),
    atMs: scope.dice.int(0, scope.chaosMs),
    forMs: scope.dice.int(100, scope.theme.outages.mostMs),
    how: scope.dice.weighted(scope.theme.outages.hows),
  }),
  polite_refusals: (scope) => ({
    kind: 'polite_refusals',
    atMs: scope.dice.int(0, scope.chaosMs),
    forMs: scope.dice.int(1_000, scope.chaosMs),
  }),
  crash: (scope) => {
    const operation = scope.dice.odds(0.3) ? 'send' : scope.dice.weighted(scope.theme.operations);
    return {
      kind: 'crash',
      operation,
      process: process(scope),
      nth: nth(scope, operation),
      moment: scope.dice.pick(['before', 'on_the_way', 'at_effect']),
      downMs: scope.dice.int(0, 4_000),
    };
  },
  killer: (scope) => ({
    kind: 'killer',
    message: scope.dice.int(0, scope.messageCount - 1),
    isTaken: scope.dice.odds(0.5),
    downMs: scope.dice.int(0, 1_000),
  }),
  crash_at: (scope) => ({
    kind: 'crash_at',
    process: process(scope),
    atMs: scope.dice.int(0, scope.chaosMs),
    downMs: scope.dice.int(0, 4_000),
  }),
  crash_loop: (scope) => ({
    kind: 'crash_loop',
    process: process(scope),
    atMs: scope.dice.int(0, Math.floor(scope.chaosMs / 2)),
    everyMs: scope.dice.int(20, scope.dice.pick([200, scope.options.leaseMs, 2 * scope.options.leaseMs])),
    times: scope.dice.int(5, 100),
    downMs: scope.dice.int(0, 100),
  }),
  freeze: (scope) => ({
    kind: 'freeze',
    process: process(scope),
    atMs: scope.dice.int(0, scope.chaosMs),
    forMs: scope.dice.int(50, scope.options.leaseMs * 2),
  }),
  freeze_in_send: (scope) => ({
    kind: 'freeze_in_send',
    process: process(scope),
    nth: nth(scope, 'send'),
    // Beyond the time-out of the sender, and mostly beyond the grace after it.
    forMs: scope.options.sendTimeoutMs + scope.dice.int(50, 3_000),
  }),
  callers_clock: ({ dice }) => ({
    kind: 'callers_clock',
    byMs: dice.pick([2 * HOUR_MS, -2 * HOUR_MS, 100 * DAY_MS, 5 * 365 * DAY_MS]),
  }),
  clock: (scope) => {
    const { sendTimeoutMs, leaseMs } = scope.options;
    const reach = scope.dice.weighted([
      [sendTimeoutMs, 2],
      [leaseMs, 3],
      [20_000, 1],
    ]);
    return {
      kind: 'clock',
      process: process(scope),
      atMs: scope.dice.odds(0.5) ? 0 : scope.dice.int(0, scope.chaosMs),
      byMs: scope.dice.int(-reach, reach),
    };
  },
};

function process({ dice, processCount }: PlanScope): number {
  return dice.int(0, processCount - 1);
}

/** What operators and callers ask for comes from the process after the dispatchers'. */
function caller(scope: PlanScope, operation: Operation): number {
  const isTheirs = ['insert', 'cancel', 'redrive', 'redriveMatching', 'forget'].includes(operation);
  return isTheirs ? scope.processCount : process(scope);
}

function failure({ dice, theme }: PlanScope): CallFailure {
  return dice.weighted(theme.failures);
}

/** Up to which call of a process faults are planned: about as many as a world has of them. */
const REACHED: Readonly<Record<Operation, number>> = {
  insert: 6,
  claimDue: 14,
  beginAttempt: 8,
  settle: 10,
  extendLease: 3,
  release: 2,
  cancel: 2,
  redrive: 2,
  redriveMatching: 2,
  storeNow: 6,
  nextDueAt: 6,
  remember: 8,
  recall: 4,
  forget: 1,
  reconcile: 3,
  send: 12,
};

/** Early calls are likelier than late ones: every world has those. */
function nth({ dice }: PlanScope, operation: Operation): number {
  return Math.floor(dice.next() ** 2 * REACHED[operation]);
}

/** Around the time-outs and the lease, where it matters most. */
function delay({ dice, options }: PlanScope): number {
  const { storeTimeoutMs, sendTimeoutMs, leaseMs } = options;
  const around = dice.weighted([
    [storeTimeoutMs, 3],
    [sendTimeoutMs, 1],
    [leaseMs, 1],
    [100, 1],
  ]);
  return dice.int(Math.floor(around / 2), Math.floor(around * 1.5));
}
