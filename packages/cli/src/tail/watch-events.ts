import { setTimeout as pause } from 'node:timers/promises';
import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream';
import { CommandError } from '../command-error.ts';
import { type MessagingApi, readAnswer, refusalError } from '../connection/messaging-api.ts';
import { ExitCode } from '../exit-code.ts';
import { shownInstant } from '../output/message-text.ts';
import type { Output, Style } from '../output/output.ts';
import { printable } from '../output/printable.ts';

const RECONNECT_MS = 2_000;

export interface EventWatch {
  readonly signal: AbortSignal;
  readonly onOpen: () => void;
  readonly onEvent: (event: LiveEvent) => void;
  /** The connection was there and is lost; it is tried again. */
  readonly onLost: () => void;
}

/**
 * Reads events until the signal aborts. A connection that is lost is opened again, and what the server still knows of what was missed is caught up.
 * @throws CommandError when it cannot be opened in the first place, or never again for want of a key or the route
 */
export async function watchEvents(api: MessagingApi, watch: EventWatch): Promise<void> {
  const { signal, onOpen, onEvent, onLost } = watch;
  let lastEventId: string | undefined;
  let wasOpen = false;
  while (!signal.aborted) {
    try {
      for await (const { id, data } of await openEvents(api, lastEventId, signal, () => {
        wasOpen = true;
        onOpen();
      })) {
        lastEventId = id ?? lastEventId;
        const event = parseEvent(data);
        if (event !== null) onEvent(event);
      }
    } catch (error) {
      if (signal.aborted) return;
      const isOver = error instanceof CommandError && (!wasOpen || error.exitCode !== ExitCode.UNAVAILABLE);
      if (isOver || !wasOpen) throw error;
    }
    onLost();
    await pause(RECONNECT_MS, undefined, { signal }).catch(() => {});
  }
}

async function openEvents(
  api: MessagingApi,
  lastEventId: string | undefined,
  signal: AbortSignal,
  onOpen: () => void,
): Promise<AsyncIterable<EventSourceMessage>> {
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const response = await api.open('GET', '/events', { signal, headers });
  if (!response.ok || response.body === null) {
    const answer = await readAnswer(response);
    if (answer === null || answer.isOk || answer.code === 'not_found') {
      throw new CommandError(ExitCode.REFUSED, 'no_events', `the server on ${api.url} has no GET /events.`);
    }
    throw refusalError(answer);
  }
  onOpen();
  return response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
}

const TYPE_WIDTH = 'reconciler.unavailable'.length;

/** An event of `GET /events`. */
export type LiveEvent = Readonly<Record<string, unknown>> & { readonly type: string };

/** Null for what is none. */
function parseEvent(data: string): LiveEvent | null {
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
