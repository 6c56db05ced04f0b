import type { BreakerStatus, DeliveryStop } from '@messaging-system/core';
import type { ProcessorStatus } from '../http-app-dependencies.ts';
import type { BreakerJson, DeliveryStopJson, ProcessorJson } from '../schemas/processor.ts';
import { formatInstant } from './instant.ts';

/** What the dispatcher knows by itself, as JSON. */
export function dispatcherJson(status: ProcessorStatus): Omit<ProcessorJson, 'counts' | 'oldestDueAgeMs'> {
  return {
    state: status.state,
    breaker: breakerJson(status.breaker),
    pausedUntil: formatInstant(status.pausedUntil),
    leased: status.leased,
    inFlight: status.inFlight,
    lastClaimAt: formatInstant(status.lastClaimAt),
    storeFault: status.storeFault,
    failure: status.failure && { ...status.failure, at: formatInstant(status.failure.at) },
    clockOffsetMs: status.clockOffsetMs,
    pace: status.pace && { ...status.pace, nextAt: formatInstant(status.pace.nextAt) },
    workers: status.workers ?? null,
  };
}

export function deliveryStopJson(stop: DeliveryStop): DeliveryStopJson;
export function deliveryStopJson(stop: DeliveryStop | null): DeliveryStopJson | null;
export function deliveryStopJson(stop: DeliveryStop | null): DeliveryStopJson | null {
  return stop && { at: formatInstant(stop.at), by: stop.by };
}

function breakerJson(breaker: BreakerStatus): BreakerJson {
  return breaker.state === 'open' ? { ...breaker, until: formatInstant(breaker.until) } : breaker;
}
