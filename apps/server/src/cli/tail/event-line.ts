import { shownInstant } from '../output/message-line.ts';
import type { Output, Style } from '../output/output.ts';
import { printable } from '../output/printable.ts';

const TYPE_WIDTH = 'reconciler.unavailable'.length;

/** An event of `GET /events`. */
export type LiveEvent = Readonly<Record<string, unknown>> & { readonly type: string };

/** Null for what is none. */
export function parseEvent(data: string): LiveEvent | null {
  try {
    const value: unknown = JSON.parse(data);
    return isEvent(value) ? value : null;
  } catch {
    return null;
  }
}

/** When, what, and whatever the event has besides, on one line. */
export function eventLine({ type, at, ...fields }: LiveEvent, output: Output): string {
  const rest = Object.entries(fields).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [`${name}=${shownValue(value)}`],
  );
  return [
    shownInstant(typeof at === 'string' ? at : null),
    output.style(styleOf(type, fields), type.padEnd(TYPE_WIDTH)),
    printable(rest.join(' ')),
  ].join('  ');
}

const SHOWN_IDS = 3;

function shownValue(value: unknown): string {
  if (!Array.isArray(value)) return typeof value === 'object' ? JSON.stringify(value) : String(value);
  const more = value.length > SHOWN_IDS ? `,…` : '';
  return `${value.slice(0, SHOWN_IDS).join(',')}${more}`;
}

function styleOf(type: string, { status, outcome }: Readonly<Record<string, unknown>>): Style {
  if (status === 'sent' || outcome === 'accepted') return 'green';
  if (status === 'failed' || status === 'unknown' || outcome === 'permanent') return 'red';
  if (/unavailable|lost|opened|paused|skewed/.test(type)) return 'red';
  return status === 'unsent' || outcome === 'retryable' || outcome === 'ambiguous' ? 'yellow' : 'cyan';
}

function isEvent(value: unknown): value is LiveEvent {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
