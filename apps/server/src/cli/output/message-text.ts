import type { MessageStatus } from '@messaging-system/core';
import { isRedrivenBetween } from '@messaging-system/core/adapter';
import type { AttemptJson, MessageJson } from '@messaging-system/http-hono';
import { formatDuration } from '../../config/duration.ts';
import type { Output, Style } from './output.ts';
import { printable } from './printable.ts';

const STATUS_WIDTH = 'cancelled'.length;
const PHONE_WIDTH = 16;
const FIXED_WIDTH = 24 + 2 + STATUS_WIDTH + 2 + 20 + 2 + PHONE_WIDTH + 2;
const NARROWEST = 20;

export const MESSAGE_COLUMNS = [
  'id'.padEnd(24),
  'status'.padEnd(STATUS_WIDTH),
  'created'.padEnd(20),
  'phone number'.padEnd(PHONE_WIDTH),
  'content',
].join('  ');

/** One message on one line: id, status, when it was created, to whom, and as much of its content as fits. */
export function messageLine(message: MessageJson, output: Output): string {
  const { id, status, createdAt, phoneNumber, content, reason } = message;
  const room = output.width === null ? undefined : Math.max(NARROWEST, output.width - FIXED_WIDTH);
  const text = reason === null ? content : `(${reason}) ${content}`;
  return [
    printable(id).padEnd(24),
    output.style(STATUS_STYLE[status], status.padEnd(STATUS_WIDTH)),
    shownInstant(createdAt).padEnd(20),
    printable(phoneNumber).padEnd(PHONE_WIDTH),
    printable(text, room),
  ].join('  ');
}

/** To the second; a dash for none. */
export function shownInstant(instant: string | null): string {
  return instant === null ? '–' : instant.replace(/\.\d+Z$/, 'Z');
}

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

export const STATUS_STYLE: Readonly<Record<MessageStatus, Style>> = {
  unsent: 'yellow',
  sent: 'green',
  failed: 'red',
  unknown: 'magenta',
  cancelled: 'dim',
};
