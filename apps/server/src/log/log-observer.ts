import type { DispatcherObserver, MessagingEvent } from '@messaging-system/core';
import type { MessagingEventType } from '@messaging-system/core/adapter';
import type { Logger } from 'pino';
import { eventLine } from './event-line.ts';

// What repeats itself for as long as something is down.
const REPEATING: ReadonlySet<MessagingEventType> = new Set([
  'store.unavailable',
  'sent_cache.unavailable',
  'reconciler.unavailable',
  'dispatcher.failed',
]);
const QUIET_MS = 10_000;

interface Told {
  readonly at: number;
  readonly suppressed: number;
}

/** Writes each event as a log line; of one fault that repeats itself, one line in ten seconds with how many it stands for. */
export class LogObserver implements DispatcherObserver {
  readonly #log: Logger;
  readonly #told = new Map<string, Told>();

  constructor(log: Logger) {
    this.#log = log;
  }

  observe(event: MessagingEvent): void {
    const { level, text, fields } = eventLine(event);
    if (!this.#log.isLevelEnabled(level)) return;
    const suppressed = this.#suppressed(event);
    if (suppressed === null) return;
    this.#log[level](suppressed === 0 ? fields : { ...fields, notShown: suppressed }, text);
  }

  /** How many like it were not written since the last that was; null when this one is not to be written either. */
  #suppressed(event: MessagingEvent): number | null {
    if (!REPEATING.has(event.type)) return 0;
    const what = 'operation' in event ? event.operation : 'during' in event ? event.during : '';
    const key = `${event.type} ${what}`;
    const last = this.#told.get(key);
    // A clock that was set back must not silence it for long.
    if (last !== undefined && Math.abs(event.at - last.at) < QUIET_MS) {
      this.#told.set(key, { at: last.at, suppressed: last.suppressed + 1 });
      return null;
    }
    this.#told.set(key, { at: event.at, suppressed: 0 });
    return last?.suppressed ?? 0;
  }
}
