import type { Message, MessagingEvent, Settlement } from '@messaging-system/core';
import type { LogLine } from './log-line.ts';
import { maskPhoneNumber } from './mask-phone-number.ts';

type Settled = Extract<MessagingEvent, { readonly type: 'message.settled' }>;

/** What became of a message: the one line about it that everybody wants. */
export function settledLine({ message, settlement, recalled }: Settled): LogLine {
  const fields = {
    ...messageFields(message),
    ...(settlement.attempt === null
      ? {}
      : { attempt: settlement.attempt.attempt, durationMs: settlement.attempt.durationMs }),
    ...outcomeFields(settlement),
  };
  switch (settlement.kind) {
    case 'ack':
      return recalled
        ? { level: 'info', text: 'was sent earlier, and is not sent again', fields }
        : { level: 'info', text: 'sent', fields };
    case 'nack':
      return { level: 'warn', text: 'not sent, is tried again later', fields };
    case 'deadLetter':
      return { level: 'error', text: 'failed, and is not tried again until redriven', fields };
    case 'hold':
      return { level: 'error', text: 'nobody knows whether it was sent; is held until redriven', fields };
  }
}

export function messageFields({ id, phoneNumber }: Message): Readonly<Record<string, string>> {
  return { messageId: id, to: maskPhoneNumber(phoneNumber) };
}

function outcomeFields(settlement: Settlement): Readonly<Record<string, unknown>> {
  switch (settlement.kind) {
    case 'ack':
      return { webhookMessageId: settlement.webhookMessageId };
    case 'nack':
      return { reason: settlement.reason, nextAttemptAt: new Date(settlement.availableAt).toISOString() };
    case 'deadLetter':
    case 'hold':
      return { reason: settlement.reason };
  }
}
