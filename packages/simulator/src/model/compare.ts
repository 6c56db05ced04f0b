import type { Message } from '@messaging-system/core';
import type { ModelMessage } from './model-message.ts';

const TEXTS = ['status', 'phoneNumber', 'content', 'idempotencyKey', 'webhookMessageId', 'reason'] as const;
const NUMBERS = [
  'availableAt',
  'dueAt',
  'expiresAt',
  'attempts',
  'lostLeases',
  'sentAt',
  'settledAt',
] as const;

/** The difference between the store's record and its input; null when there is none. */
export function differenceFrom(model: ModelMessage, stored: Message | null): string | null {
  if (stored === null) return 'is gone';
  const differences = [
    ...[...TEXTS, ...NUMBERS].map((field) => [field, stored[field], model[field]] as const),
    ['leasedUntil', stored.leasedUntil, model.lease?.leasedUntil ?? null] as const,
    ['historyLength', stored.history.length, model.historyLength] as const,
  ].flatMap(([field, is, told]) =>
    is === told ? [] : [`${field} is ${JSON.stringify(is)}, not ${JSON.stringify(told)}`],
  );
  return differences.length === 0 ? null : differences.join(', ');
}
