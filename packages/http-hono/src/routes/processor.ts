import {
  BrokenAdapterError,
  type Clock,
  type DeliveryStop,
  MessagingError,
  type StatusCounts,
} from '@messaging-system/core';
import type { DeliverySwitch } from '../access/delivery-switch.ts';
import type { Operations } from '../access/operations.ts';
import { ApiError } from '../errors/api-error.ts';
import { OUTCOME_CODES } from '../errors/outcome-codes.ts';
import type { DispatcherUseCases, MessagesUseCases } from '../http-app-dependencies.ts';
import { NO_QUERY } from '../routing/query-spec.ts';
import { defineRoute, type Route } from '../routing/route.ts';
import { dispatchReportSchema, type ProcessorJson, processorSchema } from '../schemas/processor.ts';
import { formatInstant } from '../wire/instant.ts';
import { deliveryStopJson, dispatcherJson } from '../wire/processor-json.ts';
import { within } from '../wire/within.ts';
import { STORE_ERRORS } from './store-errors.ts';

export interface ProcessorRouteDependencies {
  readonly dispatcher: DispatcherUseCases;
  readonly messages: MessagesUseCases;
  readonly clock: Clock;
  readonly probeTimeoutMs: number;
  readonly deliverySwitch?: DeliverySwitch | undefined;
}

export function processorRoute(dependencies: ProcessorRouteDependencies): Route {
  return defineRoute({
    method: 'GET',
    path: '/processor',
    operationId: 'readProcessor',
    access: 'read',
    tag: 'processor',
    summary: 'Read how the processor and its queue stand',
    description:
      'The state is of the process that answers, or of its workers taken together; the counts are of the store that all share.',
    query: NO_QUERY,
    answers: {
      200: {
        description: 'Also while the store is not there: `storeFault` then says so.',
        schema: processorSchema,
      },
    },
    errors: [],
    handle: async () => ({ status: 200, body: await readProcessor(dependencies) }),
  });
}

/** How processor and queue stand; rejects with nothing that the store's absence brings about. */
export async function readProcessor(dependencies: ProcessorRouteDependencies): Promise<ProcessorJson> {
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

export function dispatchRoute(operations: Operations, clock: Clock): Route {
  const codes = OUTCOME_CODES.dispatch;
  return defineRoute({
    method: 'POST',
    path: '/processor/dispatch',
    operationId: 'dispatchOnce',
    access: 'operate',
    tag: 'processor',
    summary: 'Deliver one batch now, whether the processor runs or not',
    query: NO_QUERY,
    answers: { 200: { description: 'What became of the batch.', schema: dispatchReportSchema } },
    errors: [codes.busy, codes.paused, ...STORE_ERRORS],
    handle: async ({ context }) => {
      const result = await operations.dispatch(context);
      switch (result.kind) {
        case 'dispatched':
          return { status: 200, body: result.report };
        case 'busy':
          throw new ApiError(codes.busy);
        case 'paused':
          throw paused(result.reason, result.until, clock.now());
      }
    },
  });
}

function paused(reason: string, until: number | null, now: number): ApiError {
  const seconds = until === null ? null : Math.max(1, Math.ceil((until - now) / 1000));
  return new ApiError(OUTCOME_CODES.dispatch.paused, {
    details: { reason, until: formatInstant(until) },
    headers: seconds === null ? {} : { 'retry-after': String(seconds) },
  });
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
}: ProcessorRouteDependencies): Promise<Backlog> {
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
