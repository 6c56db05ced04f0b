import type { Clock, DispatcherObserver, MessagingEvent } from '@messaging-system/core';
import { eventJson } from './event-json.ts';
import { SseConnections, sseEvent } from './sse-connections.ts';

export interface LiveEventsOptions {
  readonly clock: Clock;
  /** How many readers at the same time; 64. */
  readonly maxConnections?: number;
  /** How often a comment keeps an idle connection alive; 15 s. */
  readonly heartbeatMs?: number;
  /** How many events are kept for readers that come back; 500. */
  readonly kept?: number;
}

interface Kept {
  readonly sequence: number;
  readonly event: MessagingEvent;
}

const DEFAULTS = { maxConnections: 64, heartbeatMs: 15_000, kept: 500 };

/**
 * Hands on what it observes to whoever reads `GET /events`: give it to `Dispatcher` and `Messages` as their observer, and to `createHttpApp`
 * as `events`. Readers that do not keep up are disconnected, and no reader slows delivery down.
 */
export class LiveEvents implements DispatcherObserver {
  readonly #connections: SseConnections;
  readonly #epoch = crypto.randomUUID().slice(0, 8);
  readonly #keptAtMost: number;
  #kept: Kept[] = [];
  #sequence = 0;

  constructor(options: LiveEventsOptions) {
    const { clock, maxConnections, heartbeatMs, kept } = { ...DEFAULTS, ...options };
    this.#keptAtMost = kept;
    this.#connections = new SseConnections({ clock, maxConnections, heartbeatMs }, async () => ': alive\n\n');
  }

  observe(event: MessagingEvent): void {
    this.#sequence += 1;
    const kept = { sequence: this.#sequence, event };
    this.#kept.push(kept);
    // Cut in halves, so that the cost of the cut is shared by many events.
    if (this.#kept.length >= 2 * this.#keptAtMost) this.#kept = this.#kept.slice(-this.#keptAtMost);
    if (this.#connections.count > 0) this.#connections.send(this.#written(kept));
  }

  /**
   * A stream of events from now on, after those that came since `lastEventId`, where it is one of this process and still known.
   * Null when there are enough readers, or after `close`.
   */
  open(lastEventId: string | undefined, signal: AbortSignal): Response | null {
    const missed = this.#since(lastEventId).map((kept) => this.#written(kept));
    return this.#connections.accept(['retry: 2000\n\n', ...missed], signal);
  }

  /** Ends every stream, so that a server can close. */
  close(): void {
    this.#connections.close();
  }

  #since(lastEventId: string | undefined): readonly Kept[] {
    const [epoch, number] = lastEventId?.split('-') ?? [];
    const sequence = Number(number);
    if (epoch !== this.#epoch || !Number.isSafeInteger(sequence)) return [];
    return this.#kept.slice(-this.#keptAtMost).filter((kept) => kept.sequence > sequence);
  }

  #written({ sequence, event }: Kept): string {
    const data = JSON.stringify(eventJson(event));
    return sseEvent({ id: `${this.#epoch}-${sequence}`, type: event.type, data });
  }
}
