import type { StatusCounts } from '@messaging-system/core';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { ProcessorStatus, WorkersStatus } from '../processor/processor-json.ts';

/** What the store tells; null while it does not answer. */
export interface Backlog {
  readonly counts: StatusCounts;
  readonly oldestDueAgeMs: number;
}

/** How things stand when somebody asks. */
export class StateMetrics {
  readonly #processor: Gauge<'state'>;
  readonly #breaker: Gauge<'state'>;
  readonly #paused: Gauge;
  readonly #leased: Gauge;
  readonly #inFlight: Gauge;
  readonly #clockOffset: Gauge;
  readonly #storeUp: Gauge;
  readonly #messages: Gauge<'status'>;
  readonly #oldestDue: Gauge;
  readonly #workers: Gauge<'state'>;
  readonly #restarts: Counter;
  readonly #eventsDropped: Counter;

  constructor(registry: Registry) {
    const gauge = <Label extends string>(
      name: string,
      help: string,
      labelNames: readonly Label[] = [],
    ): Gauge<Label> => new Gauge({ name, help, labelNames, registers: [registry] });
    this.#processor = gauge('messaging_processor_state', '1 for the state that the processor is in.', [
      'state',
    ]);
    this.#breaker = gauge('messaging_breaker_state', '1 for the state that the circuit breaker is in.', [
      'state',
    ]);
    this.#paused = gauge('messaging_claiming_paused', '1 while the receiver wants a pause.');
    this.#leased = gauge('messaging_leased_messages', 'Messages claimed and not yet settled or released.');
    this.#inFlight = gauge(
      'messaging_in_flight_messages',
      'Sends under way, or finished and not yet stored.',
    );
    this.#clockOffset = gauge('messaging_clock_offset_seconds', "Correction of this clock to the store's.");
    this.#storeUp = gauge('messaging_store_up', '1 while the store answers.');
    this.#messages = gauge(
      'messaging_messages',
      'Messages in the store by status; exact to 100000, beyond at least so many.',
      ['status'],
    );
    this.#oldestDue = gauge(
      'messaging_oldest_due_age_seconds',
      'How long the earliest due message has waited.',
    );
    this.#workers = gauge('messaging_workers', 'Worker processes that are wanted, and that are alive.', [
      'state',
    ]);
    const counter = (name: string, help: string): Counter =>
      new Counter({ name, help, registers: [registry] });
    this.#restarts = counter('messaging_worker_restarts_total', 'Worker processes that were started again.');
    this.#eventsDropped = counter(
      'messaging_worker_events_dropped_total',
      'Events of workers that are in no other metric, because there were too many at once.',
    );
  }

  show(status: ProcessorStatus, backlog: Backlog | null, now: number): void {
    oneOf(this.#processor, ['stopped', 'running', 'draining'], status.state);
    oneOf(this.#breaker, ['closed', 'open', 'probing'], status.breaker.state);
    this.#paused.set(status.pausedUntil !== null && status.pausedUntil > now ? 1 : 0);
    this.#leased.set(status.leased);
    this.#inFlight.set(status.inFlight);
    this.#clockOffset.set(status.clockOffsetMs / 1000);
    if (status.workers !== undefined) this.#showWorkers(status.workers);
    this.#storeUp.set(backlog === null ? 0 : 1);
    if (backlog === null) {
      // A figure of before would look like one of now.
      this.#messages.reset();
      this.#oldestDue.set(Number.NaN);
      return;
    }
    for (const [name, { count }] of Object.entries(backlog.counts))
      this.#messages.set({ status: name }, count);
    this.#oldestDue.set(backlog.oldestDueAgeMs / 1000);
  }

  #showWorkers({ wanted, alive, restarts, eventsDropped }: WorkersStatus): void {
    this.#workers.set({ state: 'wanted' }, wanted);
    this.#workers.set({ state: 'alive' }, alive);
    countedTo(this.#restarts, restarts);
    countedTo(this.#eventsDropped, eventsDropped);
  }
}

/** What is counted elsewhere. */
function countedTo(counter: Counter, total: number): void {
  counter.reset();
  counter.inc(total);
}

function oneOf(gauge: Gauge<'state'>, states: readonly string[], present: string): void {
  for (const state of states) gauge.set({ state }, state === present ? 1 : 0);
}
