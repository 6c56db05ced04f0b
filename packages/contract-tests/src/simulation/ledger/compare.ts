import type { Message } from '@messaging-system/core';
import type { LedgerMessage } from './ledger-message.ts';

/** What the store keeps otherwise than it was told; null when nothing. */
export function differenceFrom(ledger: LedgerMessage, stored: Message | null): string | null {
  if (stored === null) return 'it is gone';
  const differences = Object.entries(told(ledger)).flatMap(([field, value]) => {
    const is = field === 'historyLength' ? stored.history.length : Reflect.get(stored, field);
    return is === value ? [] : [`${field} is ${JSON.stringify(is)}, not ${JSON.stringify(value)}`];
  });
  return differences.length === 0 ? null : differences.join(', ');
}

function told(ledger: LedgerMessage): Readonly<Record<string, unknown>> {
  return {
    status: ledger.status,
    phoneNumber: ledger.phoneNumber,
    content: ledger.content,
    idempotencyKey: ledger.idempotencyKey,
    availableAt: ledger.availableAt,
    dueAt: ledger.dueAt,
    expiresAt: ledger.expiresAt,
    leasedUntil: ledger.lease?.leasedUntil ?? null,
    attempts: ledger.attempts,
    lostLeases: ledger.lostLeases,
    webhookMessageId: ledger.webhookMessageId,
    sentAt: ledger.sentAt,
    settledAt: ledger.settledAt,
    reason: ledger.reason,
    historyLength: ledger.historyLength,
  };
}
