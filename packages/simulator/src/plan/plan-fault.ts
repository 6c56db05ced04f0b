import type { Fault } from './disturbance.ts';
import { type Operation, REACHED } from './operation.ts';
import type { PlanScope } from './plan-options.ts';

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
      times: scope.dice.pick([1, 1, 1, 1, 2, 2, 5]),
      how: scope.dice.weighted(scope.theme.failures),
      delayMs: delay(scope),
    };
  },
  send: (scope) => ({
    kind: 'send',
    process: process(scope),
    nth: nth(scope, 'send'),
    times: scope.dice.pick([1, 1, 1, 3, 3, 8]),
    how: scope.dice.weighted(scope.theme.behaviours),
    delayMs: delay(scope),
  }),
  poison: (scope) => ({
    kind: 'poison',
    message: scope.dice.int(0, Math.min(scope.messageCount, scope.theme.mostPoisoned) - 1),
    times: scope.dice.pick([1, 3, 100, 100]),
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
    const reach = scope.dice.pick([sendTimeoutMs, sendTimeoutMs, leaseMs, leaseMs, leaseMs, 20_000]);
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

/** Requests of operators and callers come from the process after the dispatchers'. */
function caller(scope: PlanScope, operation: Operation): number {
  const isTheirs = ['insert', 'cancel', 'redrive', 'redriveMatching', 'forget'].includes(operation);
  return isTheirs ? scope.processCount : process(scope);
}

/** Early calls are likelier than late ones: every world has those. */
function nth({ dice }: PlanScope, operation: Operation): number {
  return Math.floor(dice.next() ** 2 * REACHED[operation]);
}

/** Around the time-outs and the lease, where it matters most. */
function delay({ dice, options }: PlanScope): number {
  const { storeTimeoutMs, sendTimeoutMs, leaseMs } = options;
  const around = dice.pick([storeTimeoutMs, storeTimeoutMs, storeTimeoutMs, sendTimeoutMs, leaseMs, 100]);
  return dice.int(Math.floor(around / 2), Math.floor(around * 1.5));
}
