import type { WorldPlan } from '../plan/world-plan.ts';
import { runWorld, type WorldResult, type WorldRunOptions } from '../world.ts';
import { fewest } from './fewest.ts';

/** The same world with the fewest faults and actions that still break the same rule, and its trace. */
export async function shrinkWorld(failed: WorldResult, options: WorldRunOptions = {}): Promise<WorldResult> {
  const [violation] = failed.violations;
  if (violation === undefined) return failed;
  const met = failed.plan.disturbances.filter(({ id }) => failed.fired.has(id));
  const left = await fewest(met, async (disturbances) => {
    const result = await runWorld({ ...failed.plan, disturbances }, options);
    return result.violations.some(({ rule }) => rule === violation.rule);
  });
  return runWorld(
    withOnly(
      failed.plan,
      left.map(({ id }) => id),
    ),
    { ...options, trace: true },
  );
}

/** The same world with these disturbances alone. */
export function withOnly(plan: WorldPlan, ids: readonly number[]): WorldPlan {
  return { ...plan, disturbances: plan.disturbances.filter(({ id }) => ids.includes(id)) };
}
