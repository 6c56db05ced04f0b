import type { Message } from '@messaging-system/core';
import type { ModelLease, ModelMessage, SentRequest } from '../model/model-message.ts';
import { mayHaveArrived } from '../model/reference-model.ts';
import type { WorldPlan } from '../plan/world-plan.ts';
import type { ProcessRun } from '../process/process-run.ts';
import type { Report } from '../violations.ts';
import { wasDeniedSince } from './denials.ts';

export interface Beginning {
  readonly run: ProcessRun;
  readonly message: ModelMessage;
  /** As the claim returned it. */
  readonly claimed: Message;
  readonly lease: ModelLease;
  readonly attempt: number;
  /** What the process is sending already. */
  readonly underWay: ReadonlySet<SentRequest>;
  /** By the clock of the holder. */
  readonly now: number;
  readonly plan: WorldPlan;
  readonly hasCache: boolean;
  readonly report: Report;
}

/** Whether a send may begin at this moment. */
export function checkBeginning(beginning: Beginning): void {
  checkLease(beginning);
  checkSuspicion(beginning);
  checkAttempt(beginning);
  checkDoubt(beginning);
  checkEndpoint(beginning);
}

function checkLease({ run, message, claimed, lease, now, plan, report }: Beginning): void {
  const { sendTimeoutMs } = plan.options;
  if (lease.request !== null)
    report(
      'sends once under one lease',
      `${run.name} sends ${message.name} again under the same lease`,
      message,
    );
  if (lease.end === 'settled' || lease.end === 'released' || lease.end === 'cancelled')
    report(
      'sends only what may be sent',
      `${run.name} sends ${message.name}, which it has ${lease.end}`,
      message,
    );
  const leftMs = lease.leasedUntil - now;
  if (leftMs < sendTimeoutMs)
    report(
      'begins no send without the lease that it needs',
      `${run.name} sends ${message.name} with ${leftMs} ms of its lease left, a send may take ${sendTimeoutMs}`,
      message,
    );
  if (claimed.expiresAt !== null && claimed.expiresAt <= now)
    report('sends only what may be sent', `${run.name} sends ${message.name}, which has expired`, message);
}

const MOST_LOST_SENDS = 5;

/** What may end its process is sent alone, and not for ever. */
function checkSuspicion({ run, message, lease, underWay, report }: Beginning): void {
  const beside = [...underWay].find((request) => lease.isSuspect || request.lease.isSuspect);
  if (beside !== undefined)
    report(
      'sends alone what has lost a lease',
      `${run.name} sends ${message.name} beside ${beside.message.name}`,
      message,
      beside.message,
    );
  const lost = message.requests.filter(
    (request) => request.generation === message.generation && request.lease.end === 'taken_over',
  );
  if (lost.length >= MOST_LOST_SENDS)
    report(
      'lets no crash loop send a message more than five times',
      `${run.name} sends ${message.name}, whose lease was lost in ${lost.length} sends`,
      message,
    );
}

function checkAttempt({ run, message, lease, attempt, plan, report }: Beginning): void {
  if (attempt > plan.options.retry.maxAttempts)
    report('counts attempts right', `${run.name} makes attempt ${attempt} of ${message.name}`, message);
  if (lease.end !== null) return;
  const expected = message.attempts + (lease.isBegun ? 0 : 1);
  if (attempt !== expected)
    report(
      'counts attempts right',
      `${run.name} calls attempt ${expected} of ${message.name} its ${attempt}.`,
      message,
    );
}

function checkDoubt({ run, message, lease, hasCache, report }: Beginning): void {
  if ((run.policy !== 'resend' || lease.isSuspect) && !(lease.journals && lease.isBegun))
    report(
      'journals before it sends',
      `${run.name} sends ${message.name}, which is not in its journal`,
      message,
    );
  if (hasCache && lease.isDoubtful && (lease.recall === 'not_asked' || lease.recall === 'known'))
    report('asks the sent cache first', `${run.name} sends ${message.name} (${lease.recall})`, message);
  if (run.policy === 'reconcile' && lease.inDoubt && lease.reconciled?.kind !== 'absent')
    report(
      'asks the provider first',
      `${run.name} sends ${message.name} (${lease.reconciled?.kind ?? 'not asked'})`,
      message,
    );
  if (run.policy === 'hold') {
    const earlier = message.requests.find(
      (request) =>
        request.generation === message.generation &&
        isOlder(message, request.lease, lease) &&
        mayHaveArrived(request) &&
        !wasDeniedSince(request),
    );
    if (earlier !== undefined || lease.inDoubt)
      report('sends nothing that is in doubt under hold', `${run.name} sends ${message.name}`, message);
  }
}

function checkEndpoint({ run, message, report }: Beginning): void {
  const status = run.dispatcher?.status();
  if (!run.mayBegin)
    report('begins nothing after a stop', `${run.name} sends ${message.name} after its stop`, message);
  if (status?.breaker.state === 'open' || (status?.pausedUntil ?? null) !== null)
    report(
      'sends nothing while the endpoint is shut',
      `${run.name} sends ${message.name}: ${JSON.stringify(status?.breaker)}`,
      message,
    );
}

/** Whether one lease of the message was taken before the other. */
export function isOlder(message: ModelMessage, one: ModelLease, other: ModelLease): boolean {
  return message.leases.indexOf(one) < message.leases.indexOf(other);
}
