import type { Clock, DispatcherObserver, MessagingEvent } from '@messaging-system/core';
import type { SendOutcome } from '@messaging-system/core/adapter';
import { SseConnections } from '../events/sse-connections.ts';
import { type Stretch, Throughput } from './throughput.ts';

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
  readonly lastAttempt: LastAttempt | null;
}

/** The spans of time that the charts show: 120 stretches of so many ms. */
export const CHART_SPANS = {
  minutes: { title: '2 minutes', stretchMs: 1_000 },
  hour: { title: '60 minutes', stretchMs: 30_000 },
  day: { title: '24 hours', stretchMs: 720_000 },
} as const;

export type ChartSpan = keyof typeof CHART_SPANS;

export interface Chart {
  /** The end of the first stretch, epoch ms. */
  readonly from: number;
  readonly stretchMs: number;
  readonly stretches: readonly Stretch[];
}

const DEFAULTS = { maxConnections: 32, everyMs: 1_000 };

/**
 * The dashboard's live data: give it to `Dispatcher` and `Messages` as their observer, and to `createHttpApp` as `dashboard.feed`.
 * Costs nothing but a few counters while nobody looks.
 */
export class DashboardFeed implements DispatcherObserver {
  readonly #options: Required<DashboardFeedOptions>;
  readonly #throughput = {
    minutes: new Throughput(CHART_SPANS.minutes.stretchMs),
    hour: new Throughput(CHART_SPANS.hour.stretchMs),
    day: new Throughput(CHART_SPANS.day.stretchMs),
  };
  readonly #pages: SseConnections[] = [];
  #changes = 0;
  #lastAttempt: LastAttempt | null = null;

  constructor(options: DashboardFeedOptions) {
    this.#options = { ...DEFAULTS, ...options };
  }

  observe(event: MessagingEvent): void {
    this.#changes += 1;
    for (const throughput of Object.values(this.#throughput)) throughput.observe(event);
    if (event.type !== 'attempt.finished') return;
    const { at, outcome } = event;
    this.#lastAttempt = { at, outcome: outcome.kind, reason: 'reason' in outcome ? outcome.reason : null };
  }

  activity(): Activity {
    return { changes: this.#changes, lastAttempt: this.#lastAttempt };
  }

  chart(span: ChartSpan): Chart {
    const { stretchMs } = CHART_SPANS[span];
    const now = this.#options.clock.now();
    const stretches = this.#throughput[span].until(now);
    const from = (Math.floor(now / stretchMs) - stretches.length + 1) * stretchMs;
    return { from, stretchMs, stretches };
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
