import type { DispatcherObserver, MessagingEvent } from '@messaging-system/core';
import { toWireEvent, type WireEvent } from './wire.ts';

/** The events to be sent next. */
export interface Told {
  readonly events: readonly WireEvent[];
  readonly dropped: number;
}

export interface EventRelayOptions {
  /** Receives events by the hundred, or so many ms after the first of them. */
  readonly batchSize: number;
  readonly everyMs: number;
  /** The most events that wait; further ones are dropped, and counted. */
  readonly limit: number;
}

const DEFAULTS: EventRelayOptions = { batchSize: 200, everyMs: 50, limit: 10_000 };

/**
 * Collects events and hands them on in batches, one batch after the other: `tell` is not called again before it has resolved. A slow receiver
 * costs no more memory than `limit` events.
 */
export class EventRelay implements DispatcherObserver {
  readonly #tell: (told: Told) => Promise<void>;
  readonly #options: EventRelayOptions;
  #waiting: WireEvent[] = [];
  #dropped = 0;
  #taken = 0;
  #told = 0;
  #telling: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(tell: (told: Told) => Promise<void>, options: Partial<EventRelayOptions> = {}) {
    this.#tell = tell;
    this.#options = { ...DEFAULTS, ...options };
  }

  observe(event: MessagingEvent): void {
    if (this.#waiting.length >= this.#options.limit) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(toWireEvent(event));
    this.#taken += 1;
    if (this.#telling === null) this.#next();
  }

  /** Resolves when all that was observed until now has been sent; it does not wait for later events. */
  async flush(): Promise<void> {
    const upTo = this.#taken;
    while (this.#told < upTo) {
      this.#begin();
      await this.#telling;
    }
  }

  #begin(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#telling ??= this.#tellNext().finally(() => {
      this.#telling = null;
      this.#next();
    });
  }

  /** Events that came in the meantime wait for their batch or their time, as all do. */
  #next(): void {
    const { batchSize, everyMs } = this.#options;
    if (this.#waiting.length >= batchSize) this.#begin();
    else if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.#begin(), everyMs);
  }

  async #tellNext(): Promise<void> {
    const { batchSize } = this.#options;
    const events = this.#waiting.slice(0, batchSize);
    this.#waiting = this.#waiting.slice(batchSize);
    const dropped = this.#dropped;
    this.#dropped = 0;
    await this.#tell({ events, dropped });
    this.#told += events.length;
  }
}
