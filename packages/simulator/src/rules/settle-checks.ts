import { countOf, type Settlement } from '@messaging-system/core/adapter';
import type { ModelLease, ModelMessage } from '../model/model-message.ts';
import type { WorldPlan } from '../plan/world-plan.ts';
import type { Report } from '../violations.ts';
import { wasDeniedBefore } from './denials.ts';

export interface Settling {
  readonly message: ModelMessage;
  readonly lease: ModelLease;
  readonly settlement: Settlement;
  readonly plan: WorldPlan;
  readonly report: Report;
}

const MAX_LOST_LEASES = 5;
const BEFORE_A_SEND = ['expired', 'invalid_content', 'invalid_phone_number', 'attempts_used_up'];

/** Whether a settlement says what really happened under its lease, as far as its process can know. */
export function checkSettlement(settling: Settling): void {
  checkAttempt(settling);
  checkKind(settling);
}

function checkAttempt({ message, lease, settlement, report }: Settling): void {
  const { request } = lease;
  const { attempt, kind } = settlement;
  if (attempt !== null) {
    if (request?.outcome?.kind !== attempt.outcome || request.attempt !== attempt.attempt)
      report(
        'settles what happened',
        `${kind} of ${message.name} with attempt ${attempt.attempt} ${attempt.outcome}, but ${describe(lease)}`,
        message,
      );
    const isUncounted = request?.isUncounted === true && kind === 'nack';
    if (isUncounted !== (attempt.uncounted === true))
      report(
        'counts attempts right',
        `${kind} of ${message.name} ${isUncounted ? 'counts an attempt that must not count' : 'does not count its attempt'}`,
        message,
      );
  } else if (request !== null) {
    report(
      'counts attempts right',
      `${kind} of ${message.name} without its attempt (${describe(lease)})`,
      message,
    );
  }
}

function checkKind({ message, lease, settlement, plan, report }: Settling): void {
  const { request } = lease;
  const outcome = request?.outcome?.kind;
  const wrong = (): void =>
    report(
      'settles what happened',
      `${settlement.kind} (${'reason' in settlement ? settlement.reason : ''}) of ${message.name}, but ${describe(lease)}`,
      message,
    );
  switch (settlement.kind) {
    case 'ack': {
      const isKnown = wasRecalled(lease) || lease.reconciled?.kind === 'delivered';
      if (request === null ? !isKnown : outcome !== 'accepted') wrong();
      return;
    }
    case 'nack':
      if (outcome === 'accepted') wrong();
      if (
        request !== null &&
        lease.policy !== 'reconcile' &&
        settlement.availableAt > (message.expiresAt ?? Number.POSITIVE_INFINITY)
      )
        report('settles what happened', `${message.name} is put off beyond its expiry`, message);
      if (outcome === 'ambiguous' && (!settlement.inDoubt || lease.policy === 'hold')) wrong();
      if (outcome === 'retryable' && settlement.inDoubt !== doubtBefore(lease)) wrong();
      if (outcome === 'retryable' && countOf(settlement.attempt) === 1 && isLast(settlement, plan))
        report('counts attempts right', `${message.name} is retried after its last attempt`, message);
      return;
    case 'deadLetter': {
      if (doubtBefore(lease))
        report(
          'calls nothing failed that was delivered',
          `deadLetter (${settlement.reason}) of ${message.name}, which may have been delivered before`,
          message,
        );
      const isGivenUp = outcome === 'permanent' || (outcome === 'retryable' && isLast(settlement, plan));
      if (request === null ? !BEFORE_A_SEND.includes(settlement.reason) : !isGivenUp) wrong();
      return;
    }
    case 'hold':
      if (settlement.reason === 'lease_lost_too_often') checkSetAside(message, report);
      if (outcome !== 'ambiguous' && !doubtBefore(lease) && message.lostLeases < MAX_LOST_LEASES)
        report(
          'calls nothing unknown that is known',
          `hold (${settlement.reason}) of ${message.name}: ${describe(lease)}`,
          message,
        );
  }
}

/** One unjournaled lease may have been lost without a beginning; every other one is known to have begun. */
function checkSetAside(message: ModelMessage, report: Report): void {
  const lost = message.leases.filter(
    (lease) => lease.generation === message.generation && lease.end === 'taken_over',
  );
  const begun = lost.filter((lease) => lease.isBegun || lease.request !== null);
  if (begun.length < MAX_LOST_LEASES - 1)
    report(
      'sets aside only what may have ended its processes',
      `${message.name} is held although it had begun in ${begun.length} of its ${lost.length} lost leases`,
      message,
    );
}

/** Whether the sent cache knew of an earlier delivery. */
export function wasRecalled({ recall }: ModelLease): boolean {
  return recall === 'known' || recall === 'perhaps';
}

/** Whether an earlier attempt was in doubt and nobody has cleared that up. */
function doubtBefore(lease: ModelLease): boolean {
  return lease.inDoubt && lease.reconciled?.kind !== 'absent';
}

function isLast(settlement: Settlement, plan: WorldPlan): boolean {
  return (settlement.attempt?.attempt ?? 0) >= plan.options.retry.maxAttempts;
}

function describe(lease: ModelLease): string {
  if (lease.request === null) return 'nothing was sent under this lease';
  return `its request ended ${lease.request.outcome?.kind ?? 'in nothing yet'}`;
}

/** Whether what is now stored is true. */
export function checkStored(message: ModelMessage, report: Report): void {
  const accepted = message.requests.filter((request) => request.isAccepted);
  if (message.status === 'sent' && accepted.length === 0)
    report('settles what happened', `${message.name} is sent, but was never accepted`, message);
  const delivered = accepted.find(
    (request) => request.generation === message.generation && !wasDeniedBefore(request),
  );
  if (message.status === 'failed' && delivered !== undefined)
    report(
      'calls nothing failed that was delivered',
      `${message.name} is failed (${message.reason}), but was accepted`,
      message,
    );
}
