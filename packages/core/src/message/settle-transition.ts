import { appendAttempt, countOf } from './delivery-attempt.ts';
import { attemptsBeforeLease, NOT_LEASED } from './lease-transitions.ts';
import type { Settlement } from './settlement.ts';
import type { StoredMessage } from './stored-message.ts';

/** Applies a settlement to a message that its token still holds. Counts an attempt once, journaled or not; an uncounted one is only kept. */
export function settle(message: StoredMessage, leaseToken: string, settlement: Settlement): StoredMessage {
  const attempt = settlement.attempt;
  const settled = {
    ...message,
    ...NOT_LEASED,
    settledBy: leaseToken,
    attempts: attemptsBeforeLease(message) + countOf(attempt),
    history: attempt === null ? message.history : appendAttempt(message.history, attempt),
  };
  switch (settlement.kind) {
    case 'ack':
      return {
        ...settled,
        status: 'sent',
        sentAt: settlement.sentAt,
        webhookMessageId: settlement.webhookMessageId,
        settledAt: settlement.settledAt,
        availableAt: null,
        inDoubt: false,
        reason: null,
      };
    case 'nack':
      return {
        ...settled,
        availableAt: settlement.availableAt,
        dueAt: settlement.availableAt,
        inDoubt: settlement.inDoubt,
        reason: settlement.reason,
      };
    case 'deadLetter':
    case 'hold':
      return {
        ...settled,
        status: settlement.kind === 'hold' ? 'unknown' : 'failed',
        settledAt: settlement.settledAt,
        availableAt: null,
        inDoubt: settlement.kind === 'hold',
        reason: settlement.reason,
      };
  }
}
