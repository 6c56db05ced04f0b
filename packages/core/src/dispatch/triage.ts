import type { ClaimedMessage } from '../message/lease-transitions.ts';
import type { Message } from '../message/message.ts';
import { brokenRules } from '../message/message-rules.ts';
import { ack, deadLetter, hold, nack, type Settlement } from '../message/settlement.ts';
import type { SentRecord } from '../ports/sent-cache.ts';
import type { CheckedOptions } from './dispatcher-options.ts';

/**
 * A message that lost so many leases that may have begun may be what kills their holders: it is not sent again by itself. So no crash loop, however
 * long, makes the receiver see a message more often.
 */
export const MAX_LOST_LEASES = 5;

export type TriageDecision =
  | { readonly kind: 'send' }
  | { readonly kind: 'reconcile' }
  | { readonly kind: 'settle'; readonly settlement: Settlement; readonly recalled: boolean };

type TriageOptions = Pick<CheckedOptions, 'ambiguity' | 'retry' | 'rules' | 'sendTimeoutMs'>;

/**
 * The step that a claimed message needs before anything is sent. A remembered delivery is acked; a doubt is decided by the policy of
 * the claimant; what must not be sent ends in `failed`, or, while it is in doubt, in `unknown`, since it may have been delivered.
 */
export function triage(
  claimed: ClaimedMessage,
  remembered: SentRecord | undefined,
  options: TriageOptions,
  now: number,
): TriageDecision {
  const { message, inDoubt } = claimed;
  const settled = (settlement: Settlement): TriageDecision => ({
    kind: 'settle',
    recalled: false,
    settlement,
  });
  if (remembered !== undefined && provesDelivery(claimed, remembered)) {
    const { webhookMessageId, sentAt } = remembered;
    return { kind: 'settle', recalled: true, settlement: ack(message.id, webhookMessageId, sentAt, now) };
  }
  if (message.lostLeases >= MAX_LOST_LEASES) return settled(hold(message.id, 'lease_lost_too_often', now));
  if (inDoubt && options.ambiguity === 'hold') return settled(hold(message.id, 'outcome_unknown', now));
  if (inDoubt && options.ambiguity === 'reconcile') {
    const askableAt = (message.history.at(-1)?.startedAt ?? 0) + options.sendTimeoutMs;
    // Left by a dispatcher with another policy: the attempt may still be under way. Further ahead, somebody's clock was wrong.
    const isTooSoon = now < askableAt && askableAt - now <= options.sendTimeoutMs;
    return isTooSoon ? settled(nack(message.id, 'outcome_unknown', askableAt, true)) : { kind: 'reconcile' };
  }
  const reason = reasonNotToSend(message, options, now);
  return reason === null ? { kind: 'send' } : settled(unsendable(message.id, reason, inDoubt, now));
}

/**
 * The Go service notes a delivery whatever the receiver answered: after a 500 it writes a record without an id. So only an id proves that one of
 * its messages was accepted. Our own messages are noted only when they were accepted, with an id or without.
 */
function provesDelivery({ foreign }: ClaimedMessage, { webhookMessageId }: SentRecord): boolean {
  return !foreign || webhookMessageId !== null;
}

/** Why a message must not be sent (any more); null when it may. */
export function reasonNotToSend(message: Message, options: TriageOptions, now: number): string | null {
  const [broken] = brokenRules(message, options.rules);
  if (broken !== undefined)
    return broken.field === 'phoneNumber' ? 'invalid_phone_number' : 'invalid_content';
  if (isExpired(message, now)) return 'expired';
  if (message.attempts >= options.retry.maxAttempts) return 'attempts_used_up';
  return null;
}

export function isExpired(message: Message, now: number): boolean {
  return message.expiresAt !== null && message.expiresAt <= now;
}

/** The settlement of a message that must not be sent: it has failed, unless it may have been delivered before. */
export function unsendable(id: string, reason: string, inDoubt: boolean, now: number): Settlement {
  return inDoubt ? hold(id, reason, now) : deadLetter(id, reason, now);
}
