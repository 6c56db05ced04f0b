import type { Clock } from '@messaging-system/core';
import type { Operations } from '../access/operations.ts';
import { ApiError } from '../errors/api-error.ts';
import { OUTCOME_CODES, STORE_ERRORS } from '../errors/outcome-errors.ts';
import { formatInstant } from '../json/instant.ts';
import { defineRoute, type Route } from '../routing/route.ts';
import type { DeliverySwitch } from '../use-cases.ts';
import {
  deliveryStopJson,
  dispatchReportSchema,
  processorSchema,
  standingStopSchema,
} from './processor-json.ts';
import { type ProcessorReading, readProcessor } from './read-processor.ts';

export function processorRoute(
  reading: ProcessorReading,
  headers: Readonly<Record<string, string>> = {},
): Route {
  return defineRoute({
    method: 'GET',
    path: '/processor',
    operationId: 'readProcessor',
    access: 'read',
    summary: 'Read how the processor and its queue stand',
    description:
      'The state is of the process that answers, or of its workers taken together; the counts are of the store that all share.',
    answers: {
      200: {
        description: 'Also while the store is not there: `storeFault` then says so.',
        schema: processorSchema,
      },
    },
    handle: async () => ({ status: 200, body: await readProcessor(reading), headers }),
  });
}

export function dispatchRoute(operations: Operations, clock: Clock): Route {
  const codes = OUTCOME_CODES.dispatch;
  return defineRoute({
    method: 'POST',
    path: '/processor/dispatch',
    operationId: 'dispatchOnce',
    access: 'operate',
    summary: 'Deliver one batch now, whether the processor runs or not',
    answers: { 200: { description: 'The outcome of the batch.', schema: dispatchReportSchema } },
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

/** The stop for every server at the store. */
export function stopForAllRoutes(
  operations: Operations,
  delivery: DeliverySwitch,
  clock: Clock,
): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/processor/stop-all',
      operationId: 'stopDeliveryForAll',
      access: 'operate',
      summary: 'Stop delivery by every server at the store',
      description:
        'The store keeps it, also over restarts, until `POST /processor/start-all`. Every server claims nothing from 2 s after it. Messages that were claimed by then are still sent. A repeat changes nothing. Servers of earlier releases do not know of it.',
      answers: { 200: { description: 'The stop that is in force.', schema: standingStopSchema } },
      errors: STORE_ERRORS,
      handle: async ({ context }) => {
        await operations.stopAll(context, delivery, clock.now());
        const stop = await delivery.deliveryStop();
        return { status: 200, body: { deliveryStop: stop && deliveryStopJson(stop) } };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/processor/start-all',
      operationId: 'startDeliveryForAll',
      access: 'operate',
      summary: 'End the stop for every server at the store',
      description:
        'Also starts the processor of the server that answers. Other servers whose processor runs go on with their next tick: within 2 s where they deliver at once (`drain`), else at the end of their interval.',
      answers: { 200: { description: 'No stop is in force any more.', schema: standingStopSchema } },
      errors: STORE_ERRORS,
      handle: async ({ context }) => {
        await operations.startAll(context, delivery);
        return { status: 200, body: { deliveryStop: null } };
      },
    }),
  ];
}
