import type { Dice } from '../dice.ts';
import type { CallFailure, Fault, ReceiverBehaviour } from './disturbance.ts';
import type { Operation } from './operation.ts';
import type { WorldPlan } from './world-plan.ts';

export interface PlanScope {
  readonly dice: Dice;
  readonly processCount: number;
  readonly messageCount: number;
  readonly chaosMs: number;
  readonly options: WorldPlan['options'];
}

export function planFault(scope: PlanScope): Fault {
  const { dice } = scope;
  const plan = dice.weighted<(scope: PlanScope) => Fault>([
    [callFault, 8],
    [sendFault, 6],
    [poison, 2],
    [outage, 3],
    [crash, 5],
    [crashAt, 1],
    [freeze, 2],
    [clock, 3],
  ]);
  return plan(scope);
}

const CALLS: readonly [
  readonly [Exclude<Operation, 'send'>, number],
  ...(readonly [Exclude<Operation, 'send'>, number])[],
] = [
  ['claimDue', 5],
  ['settle', 6],
  ['beginAttempt', 4],
  ['extendLease', 3],
  ['release', 3],
  ['remember', 2],
  ['recall', 2],
  ['reconcile', 2],
  ['storeNow', 1],
];

const CALL_FAILURES: readonly [readonly [CallFailure, number], ...(readonly [CallFailure, number])[]] = [
  ['fails_before', 2],
  ['refused', 1],
  ['fails_after', 4],
  ['fails_halfway', 2],
  ['hangs_before', 1],
  ['hangs_after', 2],
  ['late_effect', 3],
  ['late_answer', 2],
];

const BEHAVIOURS: readonly [
  readonly [ReceiverBehaviour, number],
  ...(readonly [ReceiverBehaviour, number])[],
] = [
  ['http_500', 3],
  ['http_429', 2],
  ['http_400', 1],
  ['http_401', 1],
  ['http_410', 1],
  ['http_502', 1],
  ['http_502_taken', 2],
  ['refused_connection', 1],
  ['slow_connection', 1],
  ['reset', 1],
  ['reset_taken', 2],
  ['timeout', 1],
  ['timeout_taken', 3],
  ['taken_late', 2],
  ['slow', 4],
  ['deaf', 1],
  ['deaf_taken', 1],
  ['throws_taken', 1],
];

function process({ dice, processCount }: PlanScope): number {
  return dice.int(0, processCount - 1);
}

/** Early calls are likelier than late ones: every world has those. */
function nth({ dice }: PlanScope): number {
  return Math.floor(dice.next() ** 2 * 12);
}

/** Around the time-outs and the lease, where it matters most. */
function delay({ dice, options }: PlanScope): number {
  const around = dice.pick([options.storeTimeoutMs, options.sendTimeoutMs, options.leaseMs, 100]);
  return dice.int(Math.floor(around / 2), Math.floor(around * 1.5));
}

function callFault(scope: PlanScope): Fault {
  const { dice } = scope;
  return {
    kind: 'call',
    process: process(scope),
    operation: dice.weighted(CALLS),
    nth: nth(scope),
    times: dice.weighted([
      [1, 4],
      [2, 2],
      [5, 1],
    ]),
    how: dice.weighted(CALL_FAILURES),
    delayMs: delay(scope),
  };
}

function sendFault(scope: PlanScope): Fault {
  const { dice } = scope;
  return {
    kind: 'send',
    process: process(scope),
    nth: nth(scope),
    times: dice.weighted([
      [1, 3],
      [3, 2],
      [8, 1],
    ]),
    how: dice.weighted(BEHAVIOURS),
    delayMs: delay(scope),
  };
}

function poison(scope: PlanScope): Fault {
  const { dice, messageCount } = scope;
  return {
    kind: 'poison',
    message: dice.int(0, messageCount - 1),
    times: dice.weighted([
      [1, 1],
      [3, 1],
      [100, 2],
    ]),
    how: dice.weighted(BEHAVIOURS),
    delayMs: delay(scope),
  };
}

function outage(scope: PlanScope): Fault {
  const { dice, chaosMs } = scope;
  return {
    kind: 'outage',
    target: dice.weighted([
      ['store', 4],
      ['cache', 2],
      ['receiver', 2],
      ['reconciler', 1],
    ]),
    process: dice.odds(0.5) ? null : process(scope),
    atMs: dice.int(0, chaosMs),
    forMs: dice.int(100, 6_000),
    how: dice.pick(['fails_before', 'fails_after', 'hangs_before', 'hangs_after', 'slow']),
  };
}

function crash(scope: PlanScope): Fault {
  const { dice } = scope;
  return {
    kind: 'crash',
    process: process(scope),
    operation: dice.odds(0.3) ? 'send' : dice.weighted(CALLS),
    nth: nth(scope),
    moment: dice.pick(['before', 'on_the_way', 'at_effect']),
    downMs: dice.int(0, 4_000),
  };
}

function crashAt(scope: PlanScope): Fault {
  const { dice, chaosMs } = scope;
  return {
    kind: 'crash_at',
    process: process(scope),
    atMs: dice.int(0, chaosMs),
    downMs: dice.int(0, 4_000),
  };
}

function freeze(scope: PlanScope): Fault {
  const { dice, chaosMs, options } = scope;
  return {
    kind: 'freeze',
    process: process(scope),
    atMs: dice.int(0, chaosMs),
    forMs: dice.int(50, options.leaseMs * 2),
  };
}

function clock(scope: PlanScope): Fault {
  const { dice, chaosMs, options } = scope;
  const reach = dice.weighted([
    [options.sendTimeoutMs, 2],
    [options.leaseMs, 3],
    [30_000, 1],
  ]);
  return {
    kind: 'clock',
    process: process(scope),
    atMs: dice.odds(0.5) ? 0 : dice.int(0, chaosMs),
    byMs: dice.int(-reach, reach),
  };
}
