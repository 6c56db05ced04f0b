import type { Message } from '@messaging-system/core';
import type { ModelLease, ModelMessage, SentRequest } from '../model/model-message.ts';
import { mayHaveArrived } from '../model/reference-model.ts';
import type { WorldPlan } from '../plan/world-plan.ts';
import type { ProcessRun } from '../process/process-run.ts';
import type { Report } from '../violations.ts';
import { isOlder, wasDeniedSince } from './copy-check.ts';

export interface Beginning {
  readonly run: ProcessRun;
  readonly message: ModelMessage;
  /** As the claim returned it. */
  readonly claimed: Message;
  readonly lease: ModelLease;
  readonly attempt: number;
  /** The sends of the process that are under way. */
  readonly underWay: ReadonlySet<SentRequest>;
  /** By the clock of the holder. */
  readonly now: number;
  readonly plan: WorldPlan;
  readonly hasCache: boolean;
  /** About the run and the message. */
  readonly broken: Report;
}

/** Whether a send may begin at this moment. */
export function checkBeginning(beginning: Beginning): void {
  checkLease(beginning);
  checkSuspicion(beginning);
  checkAttempt(beginning);
  checkDoubt(beginning);
  checkEndpoint(beginning);
}

function checkLease({ claimed, lease, now, plan, broken }: Beginning): void {
  const { sendTimeoutMs } = plan.options;
  if (lease.request !== null) broken('sends once under one lease', 'again under the same lease');
  if (lease.end === 'settled' || lease.end === 'released' || lease.end === 'cancelled')
    broken('sends only what may be sent', `which it has ${lease.end}`);
  const leftMs = lease.leasedUntil - now;
  if (leftMs < sendTimeoutMs)
    broken(
      'begins no send without the lease that it needs',
      `with ${leftMs} ms of its lease left, a send may take ${sendTimeoutMs}`,
    );
  if (claimed.expiresAt !== null && claimed.expiresAt <= now)
    broken('sends only what may be sent', 'which has expired');
}

const MOST_LOST_SENDS = 5;

/** A message that may end its process is sent alone, and not for ever. */
function checkSuspicion({ message, lease, underWay, broken }: Beginning): void {
  const beside = [...underWay].find((request) => lease.isSuspect || request.lease.isSuspect)?.message;
  if (beside !== undefined) broken('sends alone what has lost a lease', `beside ${beside.name}`, beside);
  const lost = message.requests.filter(
    (request) => request.generation === message.generation && request.lease.end === 'taken_over',
  );
  if (lost.length >= MOST_LOST_SENDS)
    broken(
      'lets no crash loop send a message more than five times',
      `whose lease was lost in ${lost.length} sends`,
    );
}

function checkAttempt({ message, lease, attempt, plan, broken }: Beginning): void {
  if (attempt > plan.options.retry.maxAttempts)
    broken('counts attempts right', `for the ${attempt}. time, beyond the last attempt`);
  if (lease.end !== null) return;
  const expected = message.attempts + (lease.isBegun ? 0 : 1);
  if (attempt !== expected) broken('counts attempts right', `and calls attempt ${expected} its ${attempt}.`);
}

function checkDoubt({ run, message, lease, hasCache, broken }: Beginning): void {
  if ((run.policy !== 'resend' || lease.isSuspect) && !(lease.journals && lease.isBegun))
    broken('journals before it sends', 'which is not in its journal');
  if (hasCache && lease.isDoubtful && (lease.recall === 'not_asked' || lease.recall === 'known'))
    broken('asks the sent cache first', `(${lease.recall})`);
  if (run.policy === 'reconcile' && lease.inDoubt && lease.reconciled?.kind !== 'absent')
    broken('asks the provider first', `(${lease.reconciled?.kind ?? 'not asked'})`);
  if (run.policy !== 'hold') return;
  const isInDoubt = message.requests.some(
    (request) =>
      request.generation === message.generation &&
      isOlder(message, request.lease, lease) &&
      mayHaveArrived(request) &&
      !wasDeniedSince(request),
  );
  if (isInDoubt || lease.inDoubt)
    broken('sends nothing that is in doubt under hold', 'whose delivery is in doubt');
}

function checkEndpoint({ run, broken }: Beginning): void {
  const status = run.dispatcher?.status();
  if (!run.mayBegin) broken('begins nothing after a stop', 'after its stop');
  if (status?.breaker.state === 'open' || (status?.pausedUntil ?? null) !== null)
    broken('sends nothing while the endpoint is shut', JSON.stringify(status?.breaker));
}

/** Whether the provider may be asked at this moment; `at` is in virtual ms. */
export function checkReconciling({
  message,
  lease,
  now,
  at,
  plan,
  broken,
}: Pick<Beginning, 'message' | 'lease' | 'now' | 'plan' | 'broken'> & { readonly at: number }): void {
  const { sendTimeoutMs } = plan.options;
  const rule = 'asks the provider under a lease and not too early';
  const leftMs = lease.leasedUntil - now;
  if (leftMs < sendTimeoutMs)
    broken(rule, `with ${leftMs} ms of its lease left, an answer may take ${sendTimeoutMs}`);
  // A clock that is off makes it earlier; that is the deployment's.
  const isExact = plan.disturbances.every(({ kind }) => kind !== 'clock' && kind !== 'freeze');
  const doubted = message.requests.findLast(mayHaveArrived);
  if (isExact && doubted !== undefined && at - doubted.begunAt < sendTimeoutMs)
    broken(rule, `${at - doubted.begunAt} ms after an attempt began`);
}
