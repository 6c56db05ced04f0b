import type { Message } from '@messaging-system/core';
import type { ModelMessage } from './model-message.ts';

/** What the store keeps otherwise than it was told; null when nothing. */
export function differenceFrom(model: ModelMessage, stored: Message | null): string | null {
  if (stored === null) return 'it is gone';
  const differences = Object.entries(told(model)).flatMap(([field, value]) => {
    const is = field === 'historyLength' ? stored.history.length : Reflect.get(stored, field);
    return is === value ? [] : [`${field} is ${JSON.stringify(is)}, not ${JSON.stringify(value)}`];
  });
  return differences.length === 0 ? null : differences.join(', ');
}

function told(model: ModelMessage): Readonly<Record<string, unknown>> {
  return {
    status: model.status,
    phoneNumber: model.phoneNumber,
    content: model.content,
    idempotencyKey: model.idempotencyKey,
    availableAt: model.availableAt,
    dueAt: model.dueAt,
    expiresAt: model.expiresAt,
    leasedUntil: model.lease?.leasedUntil ?? null,
    attempts: model.attempts,
    lostLeases: model.lostLeases,
    webhookMessageId: model.webhookMessageId,
    sentAt: model.sentAt,
    settledAt: model.settledAt,
    reason: model.reason,
    historyLength: model.historyLength,
  };
}
