import {
  type DeliveryAttempt,
  isMessageStatus,
  type Message,
  validTraceparent,
} from '@messaging-system/core';
import { encodeId } from './document-id.ts';
import type { StoredDocument } from './stored-document.ts';

/** Go's zero time, 0001-01-01T00:00:00Z, is how the Go service writes 'never'. */
const GO_ZERO_TIME = -62_135_596_800_000;

const OUTCOMES: readonly DeliveryAttempt['outcome'][] = ['accepted', 'retryable', 'permanent', 'ambiguous'];

/**
 * A document as a message, as far as it can be read: a field of the wrong type counts as absent, a text as empty. Null when its `status` is
 * none of ours: then it is no message.
 */
export function readMessage(document: StoredDocument): Message | null {
  if (!isMessageStatus(document.status)) return null;
  return {
    id: encodeId(document._id),
    phoneNumber: text(document.phoneNumber) ?? '',
    content: text(document.content) ?? '',
    status: document.status,
    webhookMessageId: text(document.webhookMessageId) || null,
    sentAt: sentAt(document.sentAt),
    createdAt: instant(document.createdAt),
    sendAt: instant(document.sendAt),
    expiresAt: instant(document.expiresAt),
    idempotencyKey: text(document.idempotencyKey),
    dueAt: instant(document.dueAt),
    availableAt: instant(document.availableAt),
    leasedUntil: document.status === 'unsent' ? instant(document.leasedUntil) : null,
    settledAt: instant(document.settledAt),
    attempts: count(document.attempts),
    lostLeases: count(document.lostLeases),
    reason: text(document.reason),
    history: Array.isArray(document.history) ? document.history.flatMap(readAttempt) : [],
    traceparent: validTraceparent(text(document.traceparent)),
  };
}

/** The messages among the documents. */
export function readMessages(documents: readonly StoredDocument[]): readonly Message[] {
  return documents.map(readMessage).filter((message) => message !== null);
}

function readAttempt(entry: unknown): readonly DeliveryAttempt[] {
  if (typeof entry !== 'object' || entry === null) return [];
  const {
    attempt,
    startedAt,
    durationMs,
    outcome,
    reason,
    uncounted,
  }: { readonly [field: string]: unknown } = {
    ...entry,
  };
  const at = instant(startedAt);
  const known = OUTCOMES.find((name) => name === outcome);
  if (typeof attempt !== 'number' || at === null || typeof durationMs !== 'number' || known === undefined) {
    return [];
  }
  const read: DeliveryAttempt = { attempt, startedAt: at, durationMs, outcome: known, reason: text(reason) };
  return [uncounted === true ? { ...read, uncounted } : read];
}

function sentAt(value: unknown): number | null {
  const at = instant(value);
  return at === null || at <= GO_ZERO_TIME ? null : at;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function instant(value: unknown): number | null {
  // A BSON date outside of what a JavaScript one can hold is not a number.
  return value instanceof Date && !Number.isNaN(value.getTime()) ? value.getTime() : null;
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}
