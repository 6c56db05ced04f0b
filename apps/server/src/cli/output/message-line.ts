import type { MessageJson } from '@messaging-system/http-hono';
import type { Output } from './output.ts';
import { printable } from './printable.ts';
import { STATUS_STYLE } from './status-style.ts';

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
