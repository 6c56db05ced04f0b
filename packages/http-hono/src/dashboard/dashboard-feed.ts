import type { Clock, DispatcherObserver, MessagingEvent } from '@messaging-system/core';
import type { SendOutcome } from '@messaging-system/core/adapter';
import { SseConnections } from '../events/sse-connections.ts';
import { type Second, Throughput } from './throughput.ts';

export interface DashboardFeedOptions {
  readonly clock: Clock;
  /** How many open pages at the same time are kept up to date; 32. */
  readonly maxConnections?: number;
  /** How often an open page is; 1 s. */
  readonly everyMs?: number;
}

export interface LastAttempt {
  readonly at: number;
  readonly outcome: SendOutcome['kind'];
  readonly reason: string | null;
}

/** The activity of this process. */
export interface Activity {
  /** Grows with everything that happens. */
  readonly changes: number;
  /** The last two minutes, oldest first. */
  readonly seconds: readonly Second[];
  readonly lastAttempt: LastAttempt | null;
}

const SECONDS = 120;
const DEFAULTS = { maxConnections: 32, everyMs: 1_000 };

/**
 * The dashboard's live data: give it to `Dispatcher` and `Messages` as their observer, and to `createHttpApp` as `dashboard.feed`.
 * Costs nothing but a few counters while nobody looks.
 */
export class DashboardFeed implements DispatcherObserver {
  readonly #options: Required<DashboardFeedOptions>;
  readonly #throughput = new Throughput(SECONDS);
  readonly #pages: SseConnections[] = [];
  #changes = 0;
  #lastAttempt: LastAttempt | null = null;

  constructor(options: DashboardFeedOptions) {
    this.#options = { ...DEFAULTS, ...options };
  }

  observe(event: MessagingEvent): void {
    this.#changes += 1;
    this.#throughput.observe(event);
    if (event.type !== 'attempt.finished') return;
    const { at, outcome } = event;
    this.#lastAttempt = { at, outcome: outcome.kind, reason: 'reason' in outcome ? outcome.reason : null };
  }

  activity(): Activity {
    const seconds = this.#throughput.until(this.#options.clock.now());
    return { changes: this.#changes, seconds, lastAttempt: this.#lastAttempt };
  }

  /** Pages that are sent what `read` makes, again and again. */
  pages(read: () => Promise<string>): SseConnections {
    const { clock, maxConnections, everyMs } = this.#options;
    const pages = new SseConnections({ clock, maxConnections, heartbeatMs: everyMs }, read);
    this.#pages.push(pages);
    return pages;
  }

  /** Ends the connections of all open pages, so that a server can close. */
  close(): void {
    for (const pages of this.#pages) pages.close();
  }
}
