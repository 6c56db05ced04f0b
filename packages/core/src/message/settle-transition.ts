import { appendAttempt, countOf } from './delivery-attempt.ts';
import { attemptsBeforeLease } from './lease-transitions.ts';
import type { Settlement } from './settlement.ts';
import type { FreeMessage, LeasedMessage } from './stored-message.ts';

/**
 * Applies a settlement to a message, by the holder of its lease. Counts an attempt once, journaled or not; an uncounted
 * one is only kept.
 */
export function settle(stored: LeasedMessage, settlement: Settlement): FreeMessage {
  const { message, lease } = stored;
  const { attempt } = settlement;
  const settled = {
    ...message,
    leasedUntil: null,
    attempts: attemptsBeforeLease(stored) + countOf(attempt),
    history: attempt === null ? message.history : appendAttempt(message.history, attempt),
  };
  const unleased = { lease: null, settledBy: lease.token };
  switch (settlement.kind) {
    case 'ack': {
      const { sentAt, webhookMessageId, settledAt } = settlement;
      return {
        ...unleased,
        message: {
          ...settled,
          status: 'sent',
          sentAt,
          webhookMessageId,
          settledAt,
          availableAt: null,
          reason: null,
        },
        inDoubt: false,
      };
    }
    case 'nack': {
      const { availableAt, inDoubt, reason } = settlement;
      return { ...unleased, message: { ...settled, availableAt, dueAt: availableAt, reason }, inDoubt };
    }
    case 'deadLetter':
    case 'hold': {
      const { settledAt, reason } = settlement;
      const inDoubt = settlement.kind === 'hold';
      const status = inDoubt ? 'unknown' : 'failed';
      return {
        ...unleased,
        message: { ...settled, status, settledAt, availableAt: null, reason },
        inDoubt,
      };
    }
  }
}
