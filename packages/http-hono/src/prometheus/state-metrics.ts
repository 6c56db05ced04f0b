import type { StatusCounts } from '@messaging-system/core';
import type { Counter, Gauge, Registry } from 'prom-client';
import type { ProcessorStatus } from '../use-cases.ts';
import { instruments } from './instruments.ts';

/** The store's figures; null while it does not answer. */
export interface Backlog {
  readonly counts: StatusCounts;
  readonly oldestDueAgeMs: number;
  /** For every server at the store. */
  readonly isStopped: boolean;
}

/** Shows how things stand when somebody asks. `knowsStop`: somebody reads whether delivery is stopped for all servers. */
export function stateMetrics(
  registry: Registry,
  knowsStop: boolean,
): (status: ProcessorStatus, backlog: Backlog | null, now: number) => void {
  const { counter, gauge } = instruments(registry);
  const processor = gauge('messaging_processor_state', '1 for the state that the processor is in.', 'state');
  const breaker = gauge(
    'messaging_breaker_state',
    '1 for the state that the circuit breaker is in.',
    'state',
  );
  const paused = gauge('messaging_claiming_paused', '1 while the receiver asks for a pause.');
  const stopped = knowsStop
    ? gauge('messaging_delivery_stopped', '1 while delivery is stopped for every server at the store.')
    : null;
  const leased = gauge('messaging_leased_messages', 'Messages claimed and not yet settled or released.');
  const inFlight = gauge('messaging_in_flight_messages', 'Sends under way, or finished and not yet stored.');
  const clockOffset = gauge('messaging_clock_offset_seconds', "Correction of this clock to the store's.");
  const storeUp = gauge('messaging_store_up', '1 while the store answers.');
  const messages = gauge(
    'messaging_messages',
    'Messages in the store by status; exact to 100000, beyond at least so many.',
    'status',
  );
  const oldestDue = gauge(
    'messaging_oldest_due_age_seconds',
    'How long the earliest due message has waited.',
  );
  const workers = gauge(
    'messaging_workers',
    'Worker processes that are wanted, and that are alive.',
    'state',
  );
  const restarts = counter('messaging_worker_restarts_total', 'Worker processes that were started again.');
  const eventsDropped = counter(
    'messaging_worker_events_dropped_total',
    'Events of workers that are in no other metric, because there were too many at once.',
  );

  return (status, backlog, now) => {
    oneOf(processor, ['stopped', 'running', 'draining'], status.state);
    oneOf(breaker, ['closed', 'open', 'probing'], status.breaker.state);
    paused.set(status.pausedUntil !== null && status.pausedUntil > now ? 1 : 0);
    leased.set(status.leased);
    inFlight.set(status.inFlight);
    clockOffset.set(status.clockOffsetMs / 1000);
    if (status.workers !== undefined) {
      workers.set({ state: 'wanted' }, status.workers.wanted);
      workers.set({ state: 'alive' }, status.workers.alive);
      countedTo(restarts, status.workers.restarts);
      countedTo(eventsDropped, status.workers.eventsDropped);
    }
    storeUp.set(backlog === null ? 0 : 1);
    if (backlog === null) {
      // Otherwise a stale value would look current.
      messages.reset();
      oldestDue.set(Number.NaN);
      stopped?.set(Number.NaN);
      return;
    }
    for (const [name, { count }] of Object.entries(backlog.counts)) messages.set({ status: name }, count);
    oldestDue.set(backlog.oldestDueAgeMs / 1000);
    stopped?.set(backlog.isStopped ? 1 : 0);
  };
}

/** The sources of the counters. */
function countedTo(counter: Counter, total: number): void {
  counter.reset();
  counter.inc(total);
}

function oneOf(gauge: Gauge<'state'>, states: readonly string[], present: string): void {
  for (const state of states) gauge.set({ state }, state === present ? 1 : 0);
}
