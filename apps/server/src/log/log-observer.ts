import type { DispatcherObserver, MessagingEvent } from '@messaging-system/core';
import type { MessagingEventType } from '@messaging-system/core/adapter';
import type { Logger } from 'pino';
import { eventLine } from './event-line.ts';
import { Seldom } from './seldom.ts';

// Events that repeat while something is down.
const REPEATING: ReadonlySet<MessagingEventType> = new Set([
  'store.unavailable',
  'sent_cache.unavailable',
  'reconciler.unavailable',
  'dispatcher.failed',
]);
/** Writes each event as a log line; of one fault that repeats itself, one line in ten seconds with how many it stands for. */
export class LogObserver implements DispatcherObserver {
  readonly #log: Logger;
  readonly #repeated = new Map<string, Seldom>();

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
    const seldom = this.#repeated.get(key) ?? new Seldom();
    this.#repeated.set(key, seldom);
    return seldom.notShownBefore(event.at);
  }
}
