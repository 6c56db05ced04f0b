import type { DeliveryAttempt, Message } from '@messaging-system/core';
import type { AttemptJson, MessageJson } from '../schemas/message.ts';
import { formatInstant } from './instant.ts';

/** Named field by field, so that nothing a repository keeps besides can get out. */
export function messageJson(message: Message): MessageJson {
  return {
    id: message.id,
    phoneNumber: message.phoneNumber,
    content: message.content,
    status: message.status,
    webhookMessageId: message.webhookMessageId,
    sentAt: formatInstant(message.sentAt),
    createdAt: formatInstant(message.createdAt),
    sendAt: formatInstant(message.sendAt),
    expiresAt: formatInstant(message.expiresAt),
    idempotencyKey: message.idempotencyKey,
    dueAt: formatInstant(message.dueAt),
    availableAt: formatInstant(message.availableAt),
    leasedUntil: formatInstant(message.leasedUntil),
    settledAt: formatInstant(message.settledAt),
    attempts: message.attempts,
    lostLeases: message.lostLeases,
    reason: message.reason,
    history: message.history.map(attemptJson),
    traceparent: message.traceparent,
  };
}

function attemptJson(attempt: DeliveryAttempt): AttemptJson {
  return {
    attempt: attempt.attempt,
    startedAt: formatInstant(attempt.startedAt),
    durationMs: attempt.durationMs,
    outcome: attempt.outcome,
    reason: attempt.reason,
    ...(attempt.uncounted === true ? { uncounted: true } : {}),
  };
}
