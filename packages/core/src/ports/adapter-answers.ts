import { readResponse } from '../message/attempt-response.ts';
import type { InsertConflict, InsertResult } from '../message/insert-result.ts';
import type { ClaimedMessage, LeaseResult } from '../message/lease-transitions.ts';
import type { ListResult, StatusCounts } from '../message/listing.ts';
import type { Message } from '../message/message.ts';
import { MESSAGE_STATUSES } from '../message/message-status.ts';
import type { CancelResult, EraseResult, RedriveResult } from '../message/operator-transitions.ts';
import type { SendOutcome } from '../message/send-outcome.ts';
import type { Reconciliation } from './delivery-reconciler.ts';
import type { DeliveryStop } from './message-queue.ts';
import type { SentRecord } from './sent-cache.ts';

// An adapter without types, or with a bug, may answer anything. Wrong answers are found here, before anything is decided by them.

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

export function isMessageOrNull(answer: Message | null | undefined): boolean {
  return answer === null || isMessage(answer);
}

/** `count` is how many messages the call was given. */
export function isInsertResult(answer: InsertResult | null | undefined, count: number): boolean {
  switch (answer?.kind) {
    case 'inserted':
      return (
        isListOf(
          answer.items,
          (item) => isOneOf(item.kind, ['stored', 'existing']) && isMessage(item.message),
        ) && answer.items.length === count
      );
    case 'conflict': {
      const isNamed = ({ index, message }: InsertConflict): boolean =>
        Number.isInteger(index) && index >= 0 && index < count && isMessage(message);
      return (
        isListOf(answer.conflicts, isNamed) &&
        answer.conflicts.length > 0 &&
        (answer.stored === undefined || isListOf(answer.stored, isNamed))
      );
    }
    default:
      return false;
  }
}

export function isListResult(answer: ListResult | null | undefined): boolean {
  if (answer?.kind === 'invalid_cursor') return true;
  return (
    answer?.kind === 'page' &&
    isListOf(answer.items, isMessage) &&
    (answer.nextCursor === null || typeof answer.nextCursor === 'string')
  );
}

export function areCounts(answer: StatusCounts | null | undefined): boolean {
  return MESSAGE_STATUSES.every(
    (status) => isCount(answer?.[status]?.count) && typeof answer?.[status]?.exact === 'boolean',
  );
}

/** `ids` are those of the call. Each must have an answer. */
export function areChanges(
  answer: readonly (CancelResult | RedriveResult)[],
  kinds: readonly string[],
  ids: readonly string[],
): boolean {
  return (
    isListOf(answer, (one) =>
      one.kind === 'not_found'
        ? typeof one.id === 'string'
        : isOneOf(one.kind, kinds) && isMessage(one.message),
    ) &&
    // Whether an id that is given twice is answered twice is left to the store.
    isOneOf(answer.length, [ids.length, new Set(ids).size])
  );
}

export function isEraseResult(answer: EraseResult | null | undefined): boolean {
  return (
    isListOf(answer?.erasedIds, isText) &&
    isListOf(answer?.inFlightIds, isText) &&
    isOneOf(typeof answer?.copiesRemain, ['undefined', 'boolean'])
  );
}

export function isCount(answer: number | undefined): boolean {
  return Number.isInteger(answer) && Number(answer) >= 0;
}

export function areSentRecords(answer: readonly SentRecord[] | null | undefined): boolean {
  return isListOf(
    answer,
    ({ id, webhookMessageId, sentAt }) =>
      isText(id) && (webhookMessageId === null || isText(webhookMessageId)) && Number.isFinite(sentAt),
  );
}

/** `count` is how many ids the call was given. Each is in exactly one of the two lists. */
export function isLeaseResult(answer: LeaseResult | null | undefined, count: number): boolean {
  return (
    isListOf(answer?.held, isText) &&
    isListOf(answer?.stale, isText) &&
    Number(answer?.held.length) + Number(answer?.stale.length) === count
  );
}

export function isReconciliation(answer: Reconciliation | null | undefined): boolean {
  switch (answer?.kind) {
    case 'delivered':
      return (
        isAbsentOr('string', answer.webhookMessageId) &&
        (answer.sentAt === undefined || isInstant(answer.sentAt))
      );
    case 'absent':
    case 'unsure':
      return true;
    default:
      return false;
  }
}

export function isInstant(answer: number): boolean {
  return Number.isFinite(answer);
}

export function isInstantOrNull(answer: number | null): boolean {
  return answer === null || isInstant(answer);
}

export function isStopOrNull(answer: DeliveryStop | null | undefined): boolean {
  if (answer === null) return true;
  return Number.isFinite(answer?.at) && (answer?.by === null || typeof answer?.by === 'string');
}

export function isOutcome(answer: SendOutcome | null | undefined): boolean {
  if (answer?.response !== undefined && readResponse(answer.response) === null) return false;
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

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isOneOf<Value>(value: Value, all: readonly Value[]): boolean {
  return all.includes(value);
}

function isListOf<Item>(
  list: readonly (Item | null | undefined)[] | undefined | null,
  isRight: (item: Item) => boolean,
): boolean {
  return Array.isArray(list) && list.every((item) => item !== null && item !== undefined && isRight(item));
}

/** The description of a wrong answer: its kind, never its content. */
export function wrongAnswer(operation: string, port: string, answer: unknown): string {
  return `${operation} of the ${port} answered ${kindOf(answer)}, which is not what the port promises`;
}

function kindOf(answer: unknown): string {
  if (answer === null || typeof answer !== 'object') return answer === null ? 'null' : typeof answer;
  if (Array.isArray(answer)) return 'a list';
  return `an object with ${Object.keys(answer).join(', ') || 'nothing'}`;
}
