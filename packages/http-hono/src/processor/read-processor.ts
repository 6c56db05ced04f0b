import { BrokenAdapterError, type Clock, MessagingError, type StatusCounts } from '@messaging-system/core';
import type { DeliveryStop } from '@messaging-system/core/adapter';
import type { DispatcherUseCases, MessagesUseCases } from '../use-cases.ts';
import { within } from '../within.ts';
import type { DeliverySwitch } from './delivery-switch.ts';
import { deliveryStopJson, dispatcherJson, type ProcessorJson } from './processor-json.ts';

/** What is asked for how processor and queue stand. */
export interface ProcessorReading {
  readonly dispatcher: DispatcherUseCases;
  readonly messages: MessagesUseCases;
  readonly clock: Clock;
  readonly probeTimeoutMs: number;
  readonly deliverySwitch?: DeliverySwitch | undefined;
}

/** How processor and queue stand; rejects with nothing that the store's absence brings about. */
export async function readProcessor(dependencies: ProcessorReading): Promise<ProcessorJson> {
  const { counts, oldestDueAgeMs, stop, fault } = await readBacklog(dependencies);
  const own = dispatcherJson(dependencies.dispatcher.status());
  return {
    ...own,
    counts,
    oldestDueAgeMs,
    storeFault: fault ?? own.storeFault,
    ...(stop === null ? {} : { deliveryStop: deliveryStopJson(stop) }),
  };
}

interface Backlog {
  readonly counts: StatusCounts | null;
  readonly oldestDueAgeMs: number | null;
  readonly stop: DeliveryStop | null;
  readonly fault: string | null;
}

async function readBacklog({
  messages,
  clock,
  probeTimeoutMs,
  deliverySwitch,
}: ProcessorReading): Promise<Backlog> {
  try {
    const reading = Promise.all([
      messages.counts(),
      messages.oldestDueAgeMs(),
      deliverySwitch?.deliveryStop() ?? null,
    ]);
    const outcome = await within(clock, probeTimeoutMs, reading);
    if (outcome.kind === 'late') return withoutStore('store_unavailable');
    const [counts, oldestDueAgeMs, stop] = outcome.value;
    return { counts, oldestDueAgeMs, stop, fault: null };
  } catch (error) {
    if (error instanceof MessagingError && !(error instanceof BrokenAdapterError))
      return withoutStore(error.code);
    throw error;
  }
}

function withoutStore(fault: string): Backlog {
  return { counts: null, oldestDueAgeMs: null, stop: null, fault };
}
