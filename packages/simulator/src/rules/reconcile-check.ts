import type { ModelLease, ModelMessage } from '../model/model-message.ts';
import { mayHaveArrived } from '../model/reference-model.ts';
import type { WorldPlan } from '../plan/world-plan.ts';
import type { ProcessRun } from '../process/process-run.ts';
import type { Report } from '../violations.ts';

export interface Reconciling {
  readonly run: ProcessRun;
  readonly message: ModelMessage;
  readonly lease: ModelLease;
  /** By the clock of the holder. */
  readonly now: number;
  /** In virtual ms. */
  readonly at: number;
  readonly plan: WorldPlan;
  readonly report: Report;
}

/** Whether the provider may be asked at this moment. */
export function checkReconciling({ run, message, lease, now, at, plan, report }: Reconciling): void {
  const { sendTimeoutMs } = plan.options;
  const rule = 'asks the provider under a lease and not too early';
  const leftMs = lease.leasedUntil - now;
  if (leftMs < sendTimeoutMs)
    report(
      rule,
      `${run.name} asks about ${message.name} with ${leftMs} ms of its lease left, an answer may take ${sendTimeoutMs}`,
      message,
    );
  // A clock that is off makes it earlier; that is the deployment's.
  const isExact = plan.disturbances.every(({ kind }) => kind !== 'clock' && kind !== 'freeze');
  const doubted = message.requests.findLast(mayHaveArrived);
  if (isExact && doubted !== undefined && at - doubted.begunAt < sendTimeoutMs)
    report(
      rule,
      `${run.name} asks about ${message.name} ${at - doubted.begunAt} ms after an attempt began`,
      message,
    );
}
