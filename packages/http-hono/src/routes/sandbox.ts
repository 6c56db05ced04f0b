import { isSame } from '../dashboard/session.ts';
import { ApiError } from '../errors/api-error.ts';
import { anyBody } from '../routing/body-spec.ts';
import { ANY_QUERY, query } from '../routing/query-spec.ts';
import { defineRoute, type Route } from '../routing/route.ts';
import type { SandboxReceiver } from '../sandbox/sandbox-receiver.ts';
import {
  acceptedSchema,
  DEFAULT_DELIVERIES_LIMIT,
  deliveriesQuerySchema,
  deliveriesSchema,
} from '../schemas/sandbox.ts';
import { formatInstant } from '../wire/instant.ts';

/** Whoever may deliver may have megabytes kept for it, so nobody may without the token or, where there is none, an API key. */
export function sandboxWebhookRoute(sandbox: SandboxReceiver): Route {
  const { token } = sandbox;
  return defineRoute({
    method: 'POST',
    path: '/sandbox/webhook',
    operationId: 'acceptSandboxDelivery',
    access: token === undefined ? 'send' : 'open',
    tag: 'sandbox',
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
    tag: 'sandbox',
    summary: 'List what arrived, newest first',
    query: query(deliveriesQuerySchema),
    answers: { 200: { description: 'The latest deliveries.', schema: deliveriesSchema } },
    errors: [],
    handle: async ({ query: asked }) => {
      const deliveries = sandbox.latest(asked.limit ?? DEFAULT_DELIVERIES_LIMIT);
      const items = deliveries.map(({ messageId, receivedAt, headers, body }) => ({
        messageId,
        receivedAt: formatInstant(receivedAt),
        headers,
        body,
      }));
      return { status: 200, body: { items, received: sandbox.received } };
    },
  });
}
