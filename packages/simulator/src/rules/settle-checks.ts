import { countOf, type Settlement } from '@messaging-system/core/adapter';
import type { ModelLease, ModelMessage } from '../model/model-message.ts';
import type { WorldPlan } from '../plan/world-plan.ts';
import type { Report } from '../violations.ts';
import { wasDeniedBefore } from './copy-check.ts';

export interface Settling {
  readonly message: ModelMessage;
  readonly lease: ModelLease;
  readonly settlement: Settlement;
  readonly plan: WorldPlan;
  /** About the settlement of the message. */
  readonly broken: Report;
}

const MAX_LOST_LEASES = 5;
const BEFORE_A_SEND = ['expired', 'invalid_content', 'invalid_phone_number', 'attempts_used_up'];

/** Whether a settlement says what really happened under its lease, as far as its process can know. */
export function checkSettlement(settling: Settling): void {
  checkAttempt(settling);
  checkKind(settling);
}

function checkAttempt({ lease, settlement, broken }: Settling): void {
  const { request } = lease;
  const { attempt, kind } = settlement;
  if (attempt === null) {
    if (request !== null) broken('counts attempts right', `without its attempt (${describe(lease)})`);
    return;
  }
  if (request?.outcome?.kind !== attempt.outcome || request.attempt !== attempt.attempt)
    broken(
      'settles what happened',
      `with attempt ${attempt.attempt} ${attempt.outcome}, but ${describe(lease)}`,
    );
  const isUncounted = request?.isUncounted === true && kind === 'nack';
  if (isUncounted !== (attempt.uncounted === true))
    broken(
      'counts attempts right',
      isUncounted ? 'counts an attempt that must not count' : 'does not count its attempt',
    );
}

function checkKind({ message, lease, settlement, plan, broken }: Settling): void {
  const { request } = lease;
  const outcome = request?.outcome?.kind;
  const reason = 'reason' in settlement ? settlement.reason : '';
  const mustBe = (isTrue: boolean): void => {
    if (!isTrue) broken('settles what happened', `(${reason}), but ${describe(lease)}`);
  };
  switch (settlement.kind) {
    case 'ack': {
      const isKnown = wasRecalled(lease) || lease.reconciled?.kind === 'delivered';
      mustBe(request === null ? isKnown : outcome === 'accepted');
      return;
    }
    case 'nack': {
      mustBe(outcome !== 'accepted');
      const isBeyond = settlement.availableAt > (message.expiresAt ?? Number.POSITIVE_INFINITY);
      if (request !== null && lease.policy !== 'reconcile' && isBeyond)
        broken('settles what happened', 'puts it off beyond its expiry');
      if (outcome === 'ambiguous') mustBe(settlement.inDoubt && lease.policy !== 'hold');
      if (outcome !== 'retryable') return;
      mustBe(settlement.inDoubt === doubtBefore(lease));
      if (countOf(settlement.attempt) === 1 && isLast(settlement, plan))
        broken('counts attempts right', 'retries it after its last attempt');
      return;
    }
    case 'deadLetter': {
      if (doubtBefore(lease))
        broken(
          'calls nothing failed that was delivered',
          `(${reason}), which may have been delivered before`,
        );
      const isGivenUp = outcome === 'permanent' || (outcome === 'retryable' && isLast(settlement, plan));
      mustBe(request === null ? BEFORE_A_SEND.includes(settlement.reason) : isGivenUp);
      return;
    }
    case 'hold':
      if (settlement.reason === 'lease_lost_too_often') checkSetAside(message, broken);
      if (outcome !== 'ambiguous' && !doubtBefore(lease) && message.lostLeases < MAX_LOST_LEASES)
        broken('calls nothing unknown that is known', `(${reason}): ${describe(lease)}`);
  }
}

/** One unjournaled lease may have been lost without a beginning; every other one is known to have begun. */
function checkSetAside(message: ModelMessage, broken: Report): void {
  const lost = message.leases.filter(
    (lease) => lease.generation === message.generation && lease.end === 'taken_over',
  );
  const begun = lost.filter((lease) => lease.isBegun || lease.request !== null);
  if (begun.length < MAX_LOST_LEASES - 1)
    broken(
      'sets aside only what may have ended its processes',
      `although it had begun in ${begun.length} of its ${lost.length} lost leases`,
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
export function checkStored(message: ModelMessage, broken: Report): void {
  const accepted = message.requests.filter((request) => request.isAccepted);
  if (message.status === 'sent' && accepted.length === 0)
    broken('settles what happened', 'is sent, but was never accepted');
  const isDelivered = accepted.some(
    (request) => request.generation === message.generation && !wasDeniedBefore(request),
  );
  if (message.status === 'failed' && isDelivered)
    broken('calls nothing failed that was delivered', `is failed (${message.reason}), but was accepted`);
}
