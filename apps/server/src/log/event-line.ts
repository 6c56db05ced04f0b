import {
  type Message,
  MessagingError,
  type MessagingEvent,
  StoreRejectedError,
} from '@messaging-system/core';
import type { Hold, Nack, Settlement } from '@messaging-system/core/adapter';
import type { LogLine } from './log-line.ts';
import { maskPhoneNumber } from './mask-phone-number.ts';

const LEASE_LOST: Readonly<Record<Extract<MessagingEvent, { type: 'lease.lost' }>['during'], string>> = {
  begin: 'a lease was lost before the send: another process or an operator has the message',
  extend: 'a lease was lost while its message waited: another process or an operator has it',
  settle: 'a lease was lost before the result was stored: another process took over',
  release: 'a lease was lost before its message was given back: another process takes it',
};

/** An event as a log line. No content of a message is in it, and no whole phone number. */
export function eventLine(event: MessagingEvent): LogLine {
  switch (event.type) {
    case 'dispatcher.started':
      return line('info', 'the processor started');
    case 'dispatcher.draining':
      return line('info', 'delivery is stopping; sends under way may finish', { inFlight: event.inFlight });
    case 'dispatcher.stopped':
      return line('info', 'delivery stopped');
    case 'dispatcher.failed':
      return line(
        'error',
        `unexpected error in ${event.during}: a bug, or something that the runtime lacks; it is tried again`,
        {
          during: event.during,
          err: event.error,
        },
      );
    case 'batch.claimed':
      return line(event.count === 0 ? 'trace' : 'debug', 'claimed', {
        count: event.count,
        interrupted: event.interrupted,
        durationMs: event.durationMs,
      });
    case 'attempt.started':
      return line('trace', 'attempt begins', { ...messageFields(event.message), attempt: event.attempt });
    case 'attempt.finished':
      return line('debug', 'attempt ended', {
        ...messageFields(event.message),
        attempt: event.attempt,
        outcome: event.outcome.kind,
        ...('reason' in event.outcome ? { reason: event.outcome.reason } : {}),
        durationMs: event.durationMs,
      });
    case 'message.settled':
      return settledLine(event);
    case 'batch.settled':
      return line('debug', 'stored results', { count: event.count, durationMs: event.durationMs });
    case 'messages.released':
      return line('info', 'gave back what had not begun', { count: event.ids.length });
    case 'lease.lost':
      return line('warn', LEASE_LOST[event.during], { during: event.during, messageIds: event.ids });
    case 'store.unavailable':
      return line('error', storeText(event.error), {
        operation: event.operation,
        err: event.error,
      });
    case 'store.recovered':
      return line('info', 'the store answers again', { operation: event.operation });
    case 'sent_cache.unavailable':
      return line(
        'warn',
        'the sent cache does not answer; delivery continues, duplicates after a crash are more likely',
        {
          operation: event.operation,
          err: event.error,
        },
      );
    case 'reconciler.unavailable':
      return line('warn', 'the reconciler failed; it is asked again', {
        messageId: event.id,
        err: event.error,
      });
    case 'clock.skewed':
      return line('warn', "this machine's clock is off; the store's time is used", {
        offsetMs: event.offsetMs,
      });
    case 'breaker.opened':
      return event.until === null
        ? line('error', 'delivery is off until it is started again; doctor says what to check', {
            reason: event.reason,
          })
        : line('error', 'delivery pauses: the receiver fails again and again; doctor says what to check', {
            reason: event.reason,
            until: new Date(event.until).toISOString(),
          });
    case 'breaker.closed':
      return line('info', 'delivery continues: the receiver is back');
    case 'claiming.paused':
      return line('warn', 'delivery pauses: the receiver asked for it', {
        reason: event.reason,
        until: new Date(event.until).toISOString(),
      });
    case 'claiming.resumed':
      return line('info', 'delivery continues: the receiver no longer asks to wait');
    case 'messages.enqueued':
      return line('debug', 'messages enqueued', { count: event.count });
    case 'messages.cancelled':
    case 'messages.redriven':
    case 'messages.erased':
    case 'messages.pruned':
      return line('info', event.type.replace('.', ' '), { count: event.count });
  }
}

function storeText(error: unknown): string {
  if (error instanceof StoreRejectedError)
    return 'the store refuses: fix the error in err; delivery waits for it';
  return error instanceof MessagingError
    ? 'the store does not answer; delivery waits for it'
    : 'unexpected error of the store: a bug of its adapter, or something that the runtime lacks; retrying';
}

function line(level: LogLine['level'], text: string, fields: LogLine['fields'] = {}): LogLine {
  return { level, text, fields };
}

type Settled = Extract<MessagingEvent, { readonly type: 'message.settled' }>;

/** The outcome of a message: the one line about it that everybody needs. It never says "not delivered" where nobody knows. */
function settledLine({ message, settlement, recalled }: Settled): LogLine {
  const fields = {
    ...messageFields(message),
    ...(settlement.attempt === null
      ? {}
      : { attempt: settlement.attempt.attempt, durationMs: settlement.attempt.durationMs }),
    ...outcomeFields(settlement),
  };
  switch (settlement.kind) {
    case 'ack':
      if (recalled) return { level: 'info', text: 'was sent earlier, and is not sent again', fields };
      return message.lostLeases > 0
        ? {
            level: 'warn',
            text: 'sent; an earlier attempt was interrupted and may have arrived: possibly sent twice',
            fields,
          }
        : { level: 'info', text: 'sent', fields };
    case 'nack':
      return { level: 'warn', text: retryText(settlement), fields };
    case 'deadLetter':
      return { level: 'error', text: `failed (${settlement.reason}), will not retry until redriven`, fields };
    case 'hold':
      return {
        level: 'error',
        text: `${heldText(settlement)}, will not retry; ask the receiver before you redrive it`,
        fields,
      };
  }
}

/** Reasons of a message that nobody tried again: they say themselves that its outcome is unknown. */
const OUTCOME_LOST: ReadonlySet<string> = new Set(['outcome_unknown', 'lease_lost_too_often']);

function heldText({ attempt, reason }: Hold): string {
  const isOfThisAttempt = attempt === null ? OUTCOME_LOST.has(reason) : attempt.outcome === 'ambiguous';
  return isOfThisAttempt
    ? `delivery outcome unknown (${reason})`
    : `not delivered (${reason}), outcome of an earlier attempt unknown`;
}

function retryText({ attempt, reason, inDoubt, availableAt }: Nack): string {
  const when = instantText(availableAt);
  // Nothing was sent: the outcome of an earlier attempt has to be found out first.
  if (attempt === null) return `delivery outcome unknown (${reason}), will look again at ${when}`;
  if (attempt.outcome === 'ambiguous') return `delivery outcome unknown (${reason}), will retry at ${when}`;
  const earlier = inDoubt ? ', outcome of an earlier attempt unknown' : '';
  return `not delivered (${reason})${earlier}, will retry at ${when}`;
}

/** In UTC, to the second. */
function instantText(instant: number): string {
  return new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z');
}

function messageFields({ id, phoneNumber }: Message): Readonly<Record<string, string>> {
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
