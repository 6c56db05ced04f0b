import type { Clock, DispatcherObserver, MessagingEvent } from '@messaging-system/core';
import { type Counter, collectDefaultMetrics, Registry } from 'prom-client';
import type { RefusedKey } from '../access/refused-keys.ts';
import type { DeliverySwitch, DispatcherUseCases, MessagesUseCases } from '../use-cases.ts';
import { within } from '../within.ts';
import { eventMetrics } from './event-metrics.ts';
import { instruments } from './instruments.ts';
import { type Backlog, stateMetrics } from './state-metrics.ts';

export interface PrometheusMetricsOptions {
  readonly clock: Clock;
  /** Asked at each scrape: the dispatcher is made after its observer. */
  readonly dispatcher: () => Pick<DispatcherUseCases, 'status'>;
  readonly messages: () => Pick<MessagesUseCases, 'counts' | 'oldestDueAgeMs'>;
  /** `() => deliverySwitchOf(repository)`: adds `messaging_delivery_stopped`. */
  readonly deliverySwitch?: (() => Pick<DeliverySwitch, 'deliveryStop'> | undefined) | undefined;
  /** The store is asked at most so often, however many scrape; 10 s. */
  readonly storeEveryMs?: number;
  /** How long a scrape waits for the store; 2 s. */
  readonly storeTimeoutMs?: number;
  /** Whether the metrics of Node itself (`process_…`, `nodejs_…`) are among them; true. */
  readonly ofNode?: boolean;
}

/**
 * Counts what it observes, for Prometheus: give it to `Dispatcher` and `Messages` as their observer, and to `createHttpApp` as `metrics`.
 * Series are bounded: no label has a value that comes from a message.
 */
export class PrometheusMetrics implements DispatcherObserver {
  readonly #options: PrometheusMetricsOptions;
  readonly #registry = new Registry();
  readonly #count: (event: MessagingEvent) => void;
  readonly #show: ReturnType<typeof stateMetrics>;
  readonly #refusedKeys: Counter<'via'>;
  #backlog: { readonly at: number; readonly read: Promise<Backlog | null> } | null = null;

  constructor(options: PrometheusMetricsOptions) {
    this.#options = options;
    this.#count = eventMetrics(this.#registry);
    this.#show = stateMetrics(this.#registry, options.deliverySwitch !== undefined);
    this.#refusedKeys = instruments(this.#registry).counter(
      'messaging_keys_refused_total',
      'API keys that were refused, by the API or by the login of the dashboard.',
      { via: ['api', 'dashboard'] },
    );
    if (options.ofNode !== false) collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  observe(event: MessagingEvent): void {
    this.#count(event);
  }

  /** Counts a key that was refused: give it to `createHttpApp` as `onRefusedKey`. */
  keyRefused({ via }: RefusedKey): void {
    this.#refusedKeys.inc({ via });
  }

  /** The text exposition format. Answers also while the store does not. */
  async metrics(): Promise<string> {
    const backlog = await this.#readBacklog();
    this.#show(this.#options.dispatcher().status(), backlog, this.#options.clock.now());
    return this.#registry.metrics();
  }

  #readBacklog(): Promise<Backlog | null> {
    const { clock, storeEveryMs = 10_000 } = this.#options;
    const at = clock.now();
    if (this.#backlog === null || Math.abs(at - this.#backlog.at) >= storeEveryMs) {
      this.#backlog = { at, read: this.#askStore() };
    }
    return this.#backlog.read;
  }

  async #askStore(): Promise<Backlog | null> {
    const { clock, deliverySwitch, messages, storeTimeoutMs = 2_000 } = this.#options;
    try {
      const reading = Promise.all([
        messages().counts(),
        messages().oldestDueAgeMs(),
        deliverySwitch?.()?.deliveryStop() ?? null,
      ]);
      const found = reading.then(([counts, oldestDueAgeMs, stop]) => ({
        counts,
        oldestDueAgeMs,
        isStopped: stop !== null,
      }));
      return await within(clock, storeTimeoutMs, found, () => null);
    } catch {
      return null;
    }
  }
}
