import { mayHaveArrived } from '../ledger/ledger.ts';
import type { LedgerLease, LedgerMessage } from '../ledger/ledger-message.ts';
import type { WorldPlan } from '../plan/world-plan.ts';
import type { Life } from '../process/life.ts';
import type { Report } from '../violations.ts';

export interface Reconciling {
  readonly life: Life;
  readonly message: LedgerMessage;
  readonly lease: LedgerLease;
  /** By the clock of the holder. */
  readonly now: number;
  /** In virtual ms. */
  readonly at: number;
  readonly plan: WorldPlan;
  readonly report: Report;
}

/** Whether the provider may be asked at this moment. */
export function checkReconciling({ life, message, lease, now, at, plan, report }: Reconciling): void {
  const { sendTimeoutMs } = plan.options;
  const rule = 'asks the provider under a lease and not too early';
  const leftMs = lease.leasedUntil - now;
  if (leftMs < sendTimeoutMs)
    report(
      rule,
      `${life.name} asks about ${message.name} with ${leftMs} ms of its lease left, an answer may take ${sendTimeoutMs}`,
      message,
    );
  // A clock that is off makes it earlier; that is the deployment's.
  const isExact = plan.disturbances.every(({ kind }) => kind !== 'clock' && kind !== 'freeze');
  const doubted = message.requests.findLast(mayHaveArrived);
  if (isExact && doubted !== undefined && at - doubted.begunAt < sendTimeoutMs)
    report(
      rule,
      `${life.name} asks about ${message.name} ${at - doubted.begunAt} ms after an attempt began`,
      message,
    );
}
