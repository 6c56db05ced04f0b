import type { Message } from '../message/message.ts';
import type { ClaimedMessage, DeliveryStop, LeaseResult } from '../ports/message-repository.ts';
import type { SendOutcome } from '../ports/webhook-sender.ts';

// An adapter without types, or with a bug, may answer anything. What is wrong is found here, before anything is decided by it.

export function isClaim(answer: readonly ClaimedMessage[]): boolean {
  return Array.isArray(answer) && answer.every((one: ClaimedMessage | null) => isMessage(one?.message));
}

function isMessage(message: Message | null | undefined): boolean {
  return (
    typeof message?.id === 'string' &&
    typeof message.phoneNumber === 'string' &&
    typeof message.content === 'string' &&
    Number.isFinite(message.attempts) &&
    Array.isArray(message.history)
  );
}

export function isLeaseResult(answer: LeaseResult | null | undefined): boolean {
  return Array.isArray(answer?.held) && Array.isArray(answer.stale);
}

export function isInstantOrNull(answer: number | null): boolean {
  return answer === null || Number.isFinite(answer);
}

export function isStopOrNull(answer: DeliveryStop | null | undefined): boolean {
  if (answer === null) return true;
  return Number.isFinite(answer?.at) && (answer?.by === null || typeof answer?.by === 'string');
}

export function isOutcome(answer: SendOutcome | null | undefined): boolean {
  switch (answer?.kind) {
    case 'accepted':
      return isAbsentOr('string', answer.webhookMessageId);
    case 'retryable':
      return typeof answer.reason === 'string' && isAbsentOr('number', answer.retryAfterMs);
    case 'permanent':
    case 'ambiguous':
      return typeof answer.reason === 'string';
    default:
      return false;
  }
}

function isAbsentOr(type: 'string' | 'number', value: unknown): boolean {
  return value === undefined || (typeof value === type && !Number.isNaN(value));
}
