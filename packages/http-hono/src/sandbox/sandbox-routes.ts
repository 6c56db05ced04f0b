import * as v from 'valibot';
import { isSame } from '../access/api-keys.ts';
import { ApiError } from '../errors/api-error.ts';
import { described, limitSchema } from '../json/fields.ts';
import { type AsText, formatInstant, instantTextSchema } from '../json/instant.ts';
import { anyBody } from '../routing/body-spec.ts';
import { ANY_QUERY, query } from '../routing/query-spec.ts';
import { defineRoute, type Route } from '../routing/route.ts';
import type { SandboxDelivery, SandboxReceiver } from './sandbox-receiver.ts';

/** A delivery as JSON. */
export type DeliveryJson = AsText<SandboxDelivery, 'receivedAt'>;

export interface DeliveriesJson {
  readonly items: readonly DeliveryJson[];
  /** How many arrived in all; the oldest are forgotten. */
  readonly received: number;
}

const acceptedSchema = v.strictObject({
  message: v.literal('Accepted'),
  messageId: v.pipe(v.string(), v.uuid()),
});

export const deliverySchema: v.GenericSchema<DeliveryJson> = v.strictObject({
  messageId: v.pipe(v.string(), v.uuid()),
  receivedAt: instantTextSchema,
  headers: v.record(v.string(), v.string()),
  body: described(v.unknown(), 'The JSON value, or the text where it is none.'),
});

const deliveriesSchema: v.GenericSchema<DeliveriesJson> = v.strictObject({
  items: v.array(deliverySchema),
  received: described(v.number(), 'How many arrived in all; the oldest are forgotten.'),
});

const DEFAULT_DELIVERIES_LIMIT = 50;

const deliveriesQuerySchema = v.strictObject({
  limit: v.exactOptional(limitSchema(DEFAULT_DELIVERIES_LIMIT)),
});

/** A delivery may fill megabytes of memory, so it requires the token or, where there is none, an API key. */
export function sandboxWebhookRoute(sandbox: SandboxReceiver): Route {
  const { token } = sandbox;
  return defineRoute({
    method: 'POST',
    path: '/sandbox/webhook',
    operationId: 'acceptSandboxDelivery',
    access: token === undefined ? 'send' : 'open',
    summary: 'Accept a delivery, as a receiver would',
    query: ANY_QUERY,
    body: anyBody(),
    answers: { 202: { description: 'Accepted and remembered.', schema: acceptedSchema } },
    errors: token === undefined ? [] : ['unauthorized'],
    admit: ({ url }) => {
      if (token === undefined || isSame(token, new URL(url).searchParams.get('token') ?? '')) return;
      throw new ApiError('unauthorized', { text: 'the sandbox takes deliveries of its own server only' });
    },
    handle: async ({ body, raw }) => ({
      status: 202,
      body: { message: 'Accepted' as const, messageId: sandbox.accept(raw.headers, body) },
    }),
  });
}

export function sandboxDeliveriesRoute(sandbox: SandboxReceiver): Route {
  return defineRoute({
    method: 'GET',
    path: '/sandbox/deliveries',
    operationId: 'listSandboxDeliveries',
    access: 'read',
    summary: 'List what arrived, newest first',
    query: query(deliveriesQuerySchema),
    answers: { 200: { description: 'The latest deliveries.', schema: deliveriesSchema } },
    handle: async ({ query: asked }) => {
      const deliveries = sandbox.latest(asked.limit ?? DEFAULT_DELIVERIES_LIMIT);
      const items = deliveries.map((one) => ({ ...one, receivedAt: formatInstant(one.receivedAt) }));
      return { status: 200, body: { items, received: sandbox.received } };
    },
  });
}
