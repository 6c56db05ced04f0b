import type { AmbiguityPolicy } from '@messaging-system/core/adapter';
import { type ChanceSource, seededChance } from '../chance.ts';
import { Dice } from '../dice.ts';
import type { Action, Disturbance, Fault } from './disturbance.ts';
import { planAction } from './plan-action.ts';
import { planFault } from './plan-fault.ts';
import { type PlanScope, planOptions } from './plan-options.ts';
import { THEMES } from './themes.ts';
import type { PlannedMessage, PlannedProcess, WorldPlan } from './world-plan.ts';

/** The parts that may be fixed from outside; the rest follows from the seed. */
export interface PlanOptions {
  readonly processes?: number;
  readonly messages?: number;
  /** `mixed`: each process has its own, as in the middle of a release. */
  readonly policy?: AmbiguityPolicy | 'mixed';
  readonly cache?: boolean;
  /** Whether operators act in the middle; true unless told. */
  readonly operators?: boolean;
  readonly chance?: ChanceSource;
  /** More of the same: the n-th plan of this seed, with more faults each time. */
  readonly extension?: number;
}

/** The world of a seed. */
export function planWorld(seed: number, given: PlanOptions = {}): WorldPlan {
  const chance = (given.chance ?? seededChance)(seed);
  const extension = given.extension ?? 0;
  const dice = new Dice(chance, 1 + extension);
  const processCount = given.processes ?? dice.int(2, 4);
  const messageCount = given.messages ?? dice.int(10, 16);
  const theme = dice.pick(THEMES);
  const processes = planProcesses(dice, processCount, given.policy ?? dice.weighted(theme.policies));
  const chaosMs = dice.int(4_000, 15_000);
  const faultCount = dice.int(4, 12) + 6 * extension;
  const actionCount = given.operators === false ? 0 : dice.int(0, theme.mostActions);
  const options = planOptions(dice, theme);
  const scope = { dice, theme, processCount, messageCount, chaosMs, options };
  const kinds = [
    ...Array.from({ length: faultCount }, () => planFault(scope)),
    ...Array.from({ length: actionCount }, () => planAction(scope)),
  ];
  const disturbances: Disturbance[] = kinds.map((kind, id) => ({ id, ...kind }));
  const plan: WorldPlan = {
    seed,
    options,
    processes,
    messages: Array.from({ length: messageCount }, () => planMessage(scope)),
    cache: given.cache ?? dice.odds(0.8),
    storeNow: dice.odds(0.4),
    watch: dice.odds(0.5),
    chaosMs,
    redrivesAtEnd: given.operators !== false && dice.odds(0.3),
    disturbances,
  };
  const own = new Dice(chance, CLOCKS + extension);
  return withWrongClocks(plan, { ...scope, dice: own }, given.operators !== false);
}

// A stream of chance of its own, so that a world is otherwise what it was without these.
const CLOCKS = 1_000;

/** In some worlds the clocks of those who enqueue, redrive and prune are off by hours or years. */
function withWrongClocks(plan: WorldPlan, scope: PlanScope, hasOperators: boolean): WorldPlan {
  const { dice, theme } = scope;
  const added: (Fault | Action)[] = [];
  if (plan.storeNow && dice.odds(0.4)) {
    added.push(planFault({ ...scope, theme: { ...theme, faults: { callers_clock: 1 } } }));
  }
  if (hasOperators && dice.odds(0.25)) {
    added.push(planAction({ ...scope, theme: { ...theme, actions: { prune: 1 } } }));
  }
  const first = plan.disturbances.length;
  const disturbances = added.map((kind, index): Disturbance => ({ id: first + index, ...kind }));
  return { ...plan, disturbances: [...plan.disturbances, ...disturbances] };
}

const POLICIES = ['resend', 'hold', 'reconcile'] as const;

function planProcesses(
  dice: Dice,
  count: number,
  policy: AmbiguityPolicy | 'mixed',
): readonly PlannedProcess[] {
  return Array.from({ length: count }, () => ({
    ambiguity: policy === 'mixed' ? dice.pick(POLICIES) : policy,
  }));
}

function planMessage({ dice, theme, chaosMs }: PlanScope): PlannedMessage {
  const origin = dice.weighted({ enqueued: 17, foreign: 2, invalid: 1 });
  const atMs = origin !== 'enqueued' || dice.odds(0.6) ? 0 : dice.int(1, chaosMs);
  const sendAfterMs = dice.odds(0.15) ? dice.int(0, 5_000) : null;
  const { odds, withinMs } = theme.expiring;
  return {
    origin,
    atMs,
    key: atMs > 0 || dice.odds(0.3),
    sendAfterMs,
    expiresAfterMs: dice.odds(odds) ? (sendAfterMs ?? 0) + dice.int(200, withinMs) : null,
  };
}
