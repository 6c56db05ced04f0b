import type { Message, MessagingEvent, Nack, Settlement } from '@messaging-system/core';
import type { LogLine } from './log-line.ts';
import { maskPhoneNumber } from './mask-phone-number.ts';

type Settled = Extract<MessagingEvent, { readonly type: 'message.settled' }>;

/** What became of a message: the one line about it that everybody wants. It never says "not delivered" where nobody knows. */
export function settledLine({ at, message, settlement, recalled }: Settled): LogLine {
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
      return { level: 'warn', text: retryText(settlement, at), fields };
    case 'deadLetter':
      return { level: 'error', text: `failed (${settlement.reason}), will not retry until redriven`, fields };
    case 'hold':
      return {
        level: 'error',
        text: `delivery outcome unknown (${settlement.reason}), will not retry until redriven`,
        fields,
      };
  }
}

function retryText({ attempt, reason, inDoubt, availableAt }: Nack, at: number): string {
  const when = instantText(availableAt, at);
  // Nothing was sent: the outcome of an earlier attempt has to be found out first.
  if (attempt === null) return `delivery outcome unknown (${reason}), will look again at ${when}`;
  if (attempt.outcome === 'ambiguous') return `delivery outcome unknown (${reason}), will retry at ${when}`;
  const earlier = inDoubt ? ', outcome of an earlier attempt unknown' : '';
  return `not delivered (${reason})${earlier}, will retry at ${when}`;
}

/** In UTC, as the time of the line itself; with the date where it is another day. */
function instantText(instant: number, now: number): string {
  const [date = '', time = ''] = new Date(instant).toISOString().split('T');
  const isToday = new Date(now).toISOString().startsWith(date);
  return `${isToday ? '' : `${date} `}${time.slice(0, 8)}`;
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
