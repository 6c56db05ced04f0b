import type { Clock } from '@messaging-system/core';
import type { DeliverySwitch } from '../access/delivery-switch.ts';
import type { Operations } from '../access/operations.ts';
import { NO_QUERY } from '../routing/query-spec.ts';
import { defineRoute, type Route } from '../routing/route.ts';
import { standingStopSchema } from '../schemas/processor.ts';
import { deliveryStopJson } from '../wire/processor-json.ts';
import { STORE_ERRORS } from './store-errors.ts';

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
      tag: 'processor',
      summary: 'Stop delivery by every server at the store',
      description:
        'The store keeps it, also over restarts, until `POST /processor/start-all`. Every server claims nothing from 2 s after it. What was claimed by then is still sent. A repeat changes nothing. Servers of earlier releases do not know of it.',
      query: NO_QUERY,
      answers: { 200: { description: 'The stop that stands.', schema: standingStopSchema } },
      errors: STORE_ERRORS,
      handle: async ({ context }) => {
        await operations.stopAll(context, delivery, clock.now());
        return { status: 200, body: { deliveryStop: deliveryStopJson(await delivery.deliveryStop()) } };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/processor/start-all',
      operationId: 'startDeliveryForAll',
      access: 'operate',
      tag: 'processor',
      summary: 'End the stop for every server at the store',
      description:
        'Also starts the processor of the server that answers. Other servers whose processor runs go on with their next tick: within 2 s where they deliver at once (`drain`), else at the end of their interval.',
      query: NO_QUERY,
      answers: { 200: { description: 'No stop stands.', schema: standingStopSchema } },
      errors: STORE_ERRORS,
      handle: async ({ context }) => {
        await operations.startAll(context, delivery);
        return { status: 200, body: { deliveryStop: null } };
      },
    }),
  ];
}
