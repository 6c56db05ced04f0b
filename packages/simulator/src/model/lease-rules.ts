import { countOf, type LeaseResult, type Settlement } from '@messaging-system/core/adapter';
import type { ModelMessage } from './model-message.ts';
import type { ReferenceModel } from './reference-model.ts';

const KEPT_ATTEMPTS = 20;

/** Notes the beginning of attempts in the journal. */
export function noteBegin(
  model: ReferenceModel,
  token: string,
  ids: readonly string[],
  result: LeaseResult,
): void {
  for (const message of heldBy(model, token, ids, result, 'beginAttempt')) {
    const { lease } = message;
    if (lease === null || lease.isBegun) continue;
    lease.isBegun = true;
    message.attempts += 1;
  }
}

export function noteExtension(
  model: ReferenceModel,
  token: string,
  ids: readonly string[],
  leasedUntil: number,
  result: LeaseResult,
): void {
  for (const message of heldBy(model, token, ids, result, 'extendLease')) {
    if (message.lease === null) continue;
    message.lease.leasedUntil = Math.max(message.lease.leasedUntil, leasedUntil);
    message.availableAt = message.lease.leasedUntil;
  }
}

export function noteRelease(
  model: ReferenceModel,
  token: string,
  ids: readonly string[],
  result: LeaseResult,
): void {
  for (const message of heldBy(model, token, ids, result, 'release')) {
    const { lease } = message;
    if (lease === null) continue;
    const kind = lease.request?.outcome?.kind;
    if (lease.request !== null && kind !== 'retryable')
      model.reportOn(message)(
        'releases nothing that has begun',
        `was released although its request had begun (${kind ?? 'no outcome yet'})`,
      );
    message.availableAt = message.dueAt;
    if (lease.isBegun) message.attempts -= 1;
    lease.end = 'released';
    message.lease = null;
  }
}

/** Notes settlements; says which messages were changed. */
export function noteSettle(
  model: ReferenceModel,
  token: string,
  settlements: readonly Settlement[],
  result: LeaseResult,
): readonly ModelMessage[] {
  const ids = settlements.map(({ id }) => id);
  checkCover(model, ids, result, 'settle');
  const held = new Set(result.held);
  const changed: ModelMessage[] = [];
  for (const settlement of settlements) {
    const message = model.get(settlement.id);
    if (message === undefined) continue;
    const holds = isHolder(message, token);
    if (holds) {
      apply(message, token, settlement);
      changed.push(message);
    }
    // A repeat of what was stored and has since been settled again may be called either.
    const wasStored = message.leases.some((lease) => lease.token === token && lease.end === 'settled');
    const mustHold = holds || message.settledBy === token;
    if (held.has(message.id) ? !holds && !wasStored : mustHold)
      reportAnswer(model, message, 'settle', mustHold);
  }
  return changed;
}

function isHolder({ status, lease }: ModelMessage, token: string): boolean {
  return status === 'unsent' && lease?.token === token;
}

/** The store takes a holder for none, or another for one. */
function reportAnswer(model: ReferenceModel, message: ModelMessage, operation: string, holds: boolean): void {
  const rule = holds ? 'tells the truth about a claim' : 'lets no stale token change anything';
  const what = holds ? 'by its holder was stale' : 'with a stale token was held';
  model.report(rule, `${operation} of ${message.name} ${what}`, message);
}

function apply(message: ModelMessage, token: string, settlement: Settlement): void {
  const { lease } = message;
  if (lease === null) return;
  message.attempts += countOf(settlement.attempt) - (lease.isBegun ? 1 : 0);
  if (settlement.attempt !== null) message.historyLength = Math.min(message.historyLength + 1, KEPT_ATTEMPTS);
  lease.end = 'settled';
  lease.settlement = settlement;
  message.lease = null;
  message.settledBy = token;
  message.availableAt = null;
  message.inDoubt = false;
  switch (settlement.kind) {
    case 'ack':
      message.status = 'sent';
      message.sentAt = settlement.sentAt;
      message.webhookMessageId = settlement.webhookMessageId;
      message.settledAt = settlement.settledAt;
      message.reason = null;
      return;
    case 'nack':
      message.availableAt = settlement.availableAt;
      message.dueAt = settlement.availableAt;
      message.inDoubt = settlement.inDoubt;
      message.reason = settlement.reason;
      return;
    case 'deadLetter':
    case 'hold':
      message.status = settlement.kind === 'hold' ? 'unknown' : 'failed';
      message.inDoubt = settlement.kind === 'hold';
      message.settledAt = settlement.settledAt;
      message.reason = settlement.reason;
  }
}

/** The messages that the token holds; what the store says about it must be the same. */
function heldBy(
  model: ReferenceModel,
  token: string,
  ids: readonly string[],
  result: LeaseResult,
  operation: string,
): readonly ModelMessage[] {
  checkCover(model, ids, result, operation);
  const held = new Set(result.held);
  return ids.flatMap((id) => {
    const message = model.get(id);
    if (message === undefined) return [];
    const holds = isHolder(message, token);
    if (holds !== held.has(id)) reportAnswer(model, message, operation, holds);
    return holds ? [message] : [];
  });
}

function checkCover(
  { report }: ReferenceModel,
  ids: readonly string[],
  result: LeaseResult,
  operation: string,
): void {
  const named = [...result.held, ...result.stale].sort();
  if (named.join() !== [...ids].sort().join())
    report('tells the truth about a claim', `${operation} does not name every id of the call exactly once`);
}
