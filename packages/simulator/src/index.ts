export { type Chance, type ChanceSource, seededChance } from './chance.ts';
export { describeDisturbance, describeFailure } from './describe-failure.ts';
export type {
  Action,
  CallFailure,
  Disturbance,
  Fault,
  Moment,
  ReceiverFault,
} from './plan/disturbance.ts';
export type { Operation, Target } from './plan/operation.ts';
export { type PlanOptions, planWorld } from './plan/plan-world.ts';
export type { PlannedMessage, PlannedProcess, WorldPlan } from './plan/world-plan.ts';
export { shrinkWorld, withOnly } from './shrink/shrink-world.ts';
export {
  countFaults,
  FEWEST_FAULTS,
  type SimulatedFailure,
  type SimulationOptions,
  type SimulationReport,
  simulate,
} from './simulate.ts';
export type { Rule, Violation } from './violations.ts';
export { runWorld, type WorldResult, type WorldRunOptions } from './world.ts';
export { addStatistics, noStatistics, type WorldStatistics } from './world-statistics.ts';
export {
  type OpenWorldStore,
  openInMemoryStore,
  type WorldStore,
  type WorldStoreContext,
} from './world-store.ts';
