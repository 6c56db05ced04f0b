import { BrokenAdapterError, MessagingError, type StatusCounts } from '@messaging-system/core';
import type { DeliveryStop } from '@messaging-system/core/adapter';
import type { HttpLimits } from '../http-limits.ts';
import type { SharedDependencies } from '../shared-dependencies.ts';
import { within } from '../within.ts';
import { deliveryStopJson, dispatcherJson, type ProcessorJson } from './processor-json.ts';

/** The parts that know the state of processor and queue. */
export type ProcessorReading = Pick<HttpLimits, 'probeTimeoutMs'> &
  Pick<SharedDependencies, 'dispatcher' | 'messages' | 'clock' | 'deliverySwitch'>;

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
    const found = reading.then(([counts, oldestDueAgeMs, stop]) => ({
      counts,
      oldestDueAgeMs,
      stop,
      fault: null,
    }));
    return await within(clock, probeTimeoutMs, found, () => withoutStore('store_unavailable'));
  } catch (error) {
    if (error instanceof MessagingError && !(error instanceof BrokenAdapterError))
      return withoutStore(error.code);
    throw error;
  }
}

function withoutStore(fault: string): Backlog {
  return { counts: null, oldestDueAgeMs: null, stop: null, fault };
}
