import type { WorldPlan } from '../plan/world-plan.ts';
import type { ProcessRun } from '../process/process-run.ts';
import type { Report } from '../violations.ts';

const SECOND_MS = 1_000;

/**
 * A send begins: not more of them in a second than the rate limit allows, and one for each place whose wait ended together with others.
 * @param begunAt when those of the last second began; this one is added
 */
export function checkRate({
  run,
  begunAt,
  now,
  plan,
  report,
}: {
  readonly run: ProcessRun;
  readonly begunAt: number[];
  readonly now: number;
  readonly plan: WorldPlan;
  readonly report: Report;
}): void {
  const { ratePerSecond, concurrency } = plan.options;
  if (ratePerSecond === null) return;
  begunAt.push(now);
  while ((begunAt[0] ?? now) <= now - SECOND_MS) begunAt.shift();
  // A clock that is set moves the places.
  if (run.process.clockSetAt > now - SECOND_MS) return;
  if (begunAt.length > ratePerSecond + concurrency)
    report('keeps the rate limit', `${run.name} began ${begunAt.length} sends within a second`);
}
