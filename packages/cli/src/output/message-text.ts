import type { MessageStatus } from '@messaging-system/core';
import { isRedrivenBetween } from '@messaging-system/core/adapter';
import {
  type AttemptJson,
  INTERRUPTED,
  isInstantField,
  MESSAGE_LABELS,
  type MessageJson,
} from '@messaging-system/http-hono';
import { formatDuration } from '../text.ts';
import type { Output, Style } from './output.ts';
import { printable } from './printable.ts';

const STATUS_WIDTH = 'cancelled'.length;
const PHONE_WIDTH = 16;
const FIXED_WIDTH = 24 + 2 + STATUS_WIDTH + 2 + 20 + 2 + PHONE_WIDTH + 2;
const NARROWEST = 20;

export const MESSAGE_COLUMNS: string = [
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
  const fields = Object.entries(MESSAGE_LABELS).map(
    ([name, label]) => [label, shown(message, name, output)] as const,
  );
  return [
    ...fields.flatMap(([label, value]) => (value === null ? [] : [`${label.padEnd(LABEL_WIDTH)}${value}`])),
    ...Object.entries(message.metadata ?? {}).map(
      ([name, value]) => `${printable(`metadata.${name} `).padEnd(LABEL_WIDTH)}${printable(value)}`,
    ),
    ...(message.lostLeases === 0 ? [] : [`note: ${INTERRUPTED}`]),
    ...message.history.flatMap((attempt, index) => [
      ...(isRedrivenBetween(message.history[index - 1], attempt) ? ['       redriven'] : []),
      attemptLine(attempt, output),
      ...responseLines(attempt),
    ]),
  ].join('\n');
}

/** Null: it is not set, or says nothing now. */
function shown(message: MessageJson, name: string, output: Output): string | null {
  const value = new Map<string, unknown>(Object.entries(message)).get(name) ?? null;
  if (value === null || (name === 'lostLeases' && value === 0)) return null;
  if (name === 'availableAt' && message.status !== 'unsent') return null;
  if (name === 'status') return output.style(STATUS_STYLE[message.status], message.status);
  return isInstantField(name) ? shownInstant(String(value)) : printable(String(value));
}

function attemptLine(attempt: AttemptJson, output: Output): string {
  const { startedAt, outcome, durationMs, reason, uncounted } = attempt;
  return [
    // One that does not count has the number of the next one.
    `  ${(uncounted === true ? '–' : String(attempt.attempt)).padStart(3)}`,
    shownInstant(startedAt),
    output.style(OUTCOME_STYLE[outcome], outcome),
    `after ${formatDuration(Math.round(durationMs))}`,
    ...(reason === null ? [] : [printable(reason)]),
    ...(outcome === 'ambiguous' ? ['(may have arrived)'] : []),
    ...(uncounted === true ? ['(not counted)'] : []),
  ].join('  ');
}

/** The response of the receiver, if it was kept. */
function responseLines({ response }: AttemptJson): readonly string[] {
  if (response === undefined) return [];
  const { status, headers, body } = response;
  const said = [`answered ${status}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  return [said.join('; '), ...(body === '' ? [] : [body])].map((line) => `       ${printable(line)}`);
}

export const STATUS_STYLE: Readonly<Record<MessageStatus, Style>> = {
  unsent: 'yellow',
  sent: 'green',
  failed: 'red',
  unknown: 'magenta',
  cancelled: 'dim',
};
