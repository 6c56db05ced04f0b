import { isRedrivenBetween } from '@messaging-system/core';
import type { AttemptJson, MessageJson } from '@messaging-system/http-hono';
import { formatDuration } from '../../config/duration.ts';
import { shownInstant } from './message-line.ts';
import type { Output, Style } from './output.ts';
import { printable } from './printable.ts';
import { STATUS_STYLE } from './status-style.ts';

const LABEL_WIDTH = 19;

const OUTCOME_STYLE: Readonly<Record<AttemptJson['outcome'], Style>> = {
  accepted: 'green',
  retryable: 'yellow',
  permanent: 'red',
  ambiguous: 'magenta',
};

/** Everything about a message that is set, with its attempts as a timeline. */
export function messageDetail(message: MessageJson, output: Output): string {
  const fields: readonly (readonly [string, string | null])[] = [
    ['id', printable(message.id)],
    ['status', output.style(STATUS_STYLE[message.status], message.status)],
    ['reason', message.reason === null ? null : printable(message.reason)],
    ['phone number', printable(message.phoneNumber)],
    ['content', printable(message.content)],
    ['idempotency key', message.idempotencyKey === null ? null : printable(message.idempotencyKey)],
    ['created', instant(message.createdAt)],
    ['send at', instant(message.sendAt)],
    ['expires at', instant(message.expiresAt)],
    ['due from', message.status === 'unsent' ? instant(message.availableAt) : null],
    ['leased until', instant(message.leasedUntil)],
    ['settled', instant(message.settledAt)],
    ['sent', instant(message.sentAt)],
    ["receiver's id", message.webhookMessageId === null ? null : printable(message.webhookMessageId)],
    ['attempts', String(message.attempts)],
    ['lost leases', message.lostLeases === 0 ? null : String(message.lostLeases)],
  ];
  return [
    ...fields.flatMap(([label, value]) => (value === null ? [] : [`${label.padEnd(LABEL_WIDTH)}${value}`])),
    ...message.history.flatMap((attempt, index) => [
      ...(isRedrivenBetween(message.history[index - 1], attempt) ? ['       redriven'] : []),
      attemptLine(attempt, output),
    ]),
  ].join('\n');
}

function attemptLine(attempt: AttemptJson, output: Output): string {
  const { startedAt, outcome, durationMs, reason, uncounted } = attempt;
  return [
    `  ${String(attempt.attempt).padStart(3)}`,
    shownInstant(startedAt),
    output.style(OUTCOME_STYLE[outcome], outcome),
    `after ${formatDuration(Math.round(durationMs))}`,
    ...(reason === null ? [] : [printable(reason)]),
    ...(outcome === 'ambiguous' ? ['(may have arrived)'] : []),
    ...(uncounted === true ? ['(not counted)'] : []),
  ].join('  ');
}

function instant(value: string | null): string | null {
  return value === null ? null : shownInstant(value);
}
