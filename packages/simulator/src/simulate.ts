import { isAction } from './plan/disturbance.ts';
import { type PlanOptions, planWorld } from './plan/plan-world.ts';
import type { WorldPlan } from './plan/world-plan.ts';
import { shrinkWorld } from './shrink/shrink-world.ts';
import { runWorld, type WorldResult, type WorldRunOptions } from './world.ts';
import { addStatistics, noStatistics, type WorldStatistics } from './world-statistics.ts';

export interface SimulationOptions extends PlanOptions, WorldRunOptions {
  readonly firstSeed?: number;
  /** How many worlds; each with the next seed. 100 unless told. */
  readonly worlds?: number;
  /** How the plan of a seed is made; `planWorld` unless told. */
  readonly plan?: (seed: number, options: PlanOptions) => WorldPlan;
  /** A simulation ends with this many failing worlds; 1 unless told. */
  readonly mostFailures?: number;
}

export interface SimulatedFailure {
  readonly seed: number;
  /** Which plan of that seed. */
  readonly extension: number;
  readonly failed: WorldResult;
  /** The same failure with the fewest faults, and its trace. */
  readonly shrunk: WorldResult;
}

export interface SimulationReport {
  /** Worlds in which at least three faults really happened. */
  readonly worlds: number;
  /** Faults that really happened, by kind. */
  readonly faults: Readonly<Record<string, number>>;
  /** The actions of operators and callers in the middle, by kind. */
  readonly actions: Readonly<Record<string, number>>;
  readonly statistics: Readonly<WorldStatistics>;
  readonly failures: readonly SimulatedFailure[];
}

/** A world in which less went wrong proves little: its seed is given another plan. */
export const FEWEST_FAULTS = 3;
const MOST_EXTENSIONS = 8;

/** Runs world after world. Every world of every seed must hold; `failures` says which did not, shrunk. */
export async function simulate(options: SimulationOptions = {}): Promise<SimulationReport> {
  const { firstSeed = 1, worlds = 100, mostFailures = 1 } = options;
  const tally = new Tally();
  for (let seed = firstSeed; seed < firstSeed + worlds; seed += 1) {
    const failure = await simulateSeed(seed, options, tally);
    if (failure !== null) tally.failures.push(failure);
    if (tally.failures.length >= mostFailures) break;
  }
  return tally;
}

/** Runs the plans of one seed until one of them had its faults. */
async function simulateSeed(
  seed: number,
  options: SimulationOptions,
  tally: Tally,
): Promise<SimulatedFailure | null> {
  const plan = options.plan ?? planWorld;
  for (let extension = 0; extension <= MOST_EXTENSIONS; extension += 1) {
    const failed = await runWorld(plan(seed, { ...options, extension }), options);
    if (failed.violations.length > 0)
      return { seed, extension, failed, shrunk: await shrinkWorld(failed, options) };
    if (countFaults(failed) >= FEWEST_FAULTS) {
      tally.add(failed);
      return null;
    }
  }
  return null;
}

/** How many faults really happened. */
export function countFaults({ plan, fired }: WorldResult): number {
  return plan.disturbances.filter((disturbance) => !isAction(disturbance) && fired.has(disturbance.id))
    .length;
}

class Tally implements SimulationReport {
  worlds = 0;
  readonly faults: Record<string, number> = {};
  readonly actions: Record<string, number> = {};
  readonly statistics: WorldStatistics = noStatistics();
  readonly failures: SimulatedFailure[] = [];

  add({ plan, fired, statistics }: WorldResult): void {
    this.worlds += 1;
    addStatistics(this.statistics, statistics);
    for (const disturbance of plan.disturbances) {
      if (!fired.has(disturbance.id)) continue;
      const counts = isAction(disturbance) ? this.actions : this.faults;
      const kind = 'how' in disturbance ? `${disturbance.kind} ${disturbance.how}` : disturbance.kind;
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
  }
}
