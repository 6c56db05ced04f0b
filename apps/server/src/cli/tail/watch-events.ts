import { setTimeout as pause } from 'node:timers/promises';
import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream';
import { ExitCode } from '../../life-cycle/exit-code.ts';
import { CommandError } from '../command-error.ts';
import { readAnswer } from '../connection/api-answer.ts';
import { type MessagingApi, refusalError } from '../connection/messaging-api.ts';
import { type LiveEvent, parseEvent } from './event-line.ts';

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
