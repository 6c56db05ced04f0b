import type { Message } from '@messaging-system/core';
import { getPath } from 'hono/utils/url';
import * as v from 'valibot';
import type { Operations } from '../access/operations.ts';
import { ApiError } from '../errors/api-error.ts';
import { STORE_ERRORS } from '../errors/outcome-errors.ts';
import { described, limitSchema } from '../json/fields.ts';
import { formatInstantAsGo, instantTextSchema } from '../json/instant.ts';
import { ANY_QUERY, goQuery } from '../routing/query-spec.ts';
import { defineRoute, type Route } from '../routing/route.ts';
import type { MessagesUseCases } from '../use-cases.ts';
import { processorMessageSchema } from './processor-json.ts';

const ACTION = /^\/processor\/(start|stop)\/?$/;
const ACTION_IN_ANY_CASE = /^\/processor\//i;
const SENT_MESSAGES = /^\/processor\/sent-messages\/?$/i;

/**
 * The path that a request is routed by. The Go service's routes are found as its router finds them: with a slash at the end, and in any case but for
 * the action, which is a parameter there. Its description of the API is found at its old place.
 */
export function goServicePath(request: Request): string {
  const path = getPath(request);
  if (path === '/swagger/doc.json') return '/openapi.json';
  if (SENT_MESSAGES.test(path)) return '/processor/sent-messages';
  const [, action] = ACTION.exec(path.replace(ACTION_IN_ANY_CASE, '/processor/')) ?? [];
  return action === undefined ? path : `/processor/${action}`;
}

/** A sent message as the Go service lists it: these fields, in this order. */
export interface SentMessageJson {
  readonly id: string;
  /** Empty where the receiver gave none: a Go string is never null. */
  readonly webhookMessageId: string;
  readonly phoneNumber: string;
  readonly content: string;
  readonly status: 'sent';
  /** Null where another service never stored it. */
  readonly sentAt: string | null;
}

export const sentMessageSchema: v.GenericSchema<SentMessageJson> = v.strictObject({
  id: v.string(),
  webhookMessageId: described(v.string(), 'Empty where the receiver gave none.'),
  phoneNumber: v.string(),
  content: v.string(),
  status: v.literal('sent'),
  sentAt: instantTextSchema,
});

const sentMessagesSchema = v.array(sentMessageSchema);

const DEFAULT_SENT_LIMIT = 10;

const sentMessagesQuerySchema = v.object({
  limit: v.exactOptional(limitSchema(DEFAULT_SENT_LIMIT)),
});

const actionSchema = v.picklist(['start', 'stop']);

/** The Go service's `POST /processor/start` and `/processor/stop`. */
export function processorActionRoute(operations: Operations): Route {
  return defineRoute({
    method: 'POST',
    path: '/processor/:action',
    operationId: 'startOrStopProcessor',
    access: 'operate',
    summary: 'Start or stop the processor',
    description:
      'Acts on the process that answers and its workers, not on others at the same store. Answers at once: a stop then drains. Repeats change nothing, but a start ends a pause, and lets an open breaker try one message at once: delivery goes on when it gets through. It does not end a stop for all servers: `POST /processor/start-all` does.',
    params: { action: actionSchema },
    query: ANY_QUERY,
    answers: { 200: { description: 'Done, or already so.', schema: processorMessageSchema } },
    errors: ['invalid_action'],
    handle: async ({ params, context }) => {
      if (!v.is(actionSchema, params.action)) throw new ApiError('invalid_action');
      switch (params.action) {
        case 'start':
          operations.start(context);
          return { status: 200, body: { message: 'message processor started' } };
        case 'stop':
          operations.stop(context);
          return { status: 200, body: { message: 'message processor stopped' } };
      }
    },
  });
}

/** The Go service's `GET /processor/sent-messages`. */
export function sentMessagesRoute(messages: MessagesUseCases): Route {
  return defineRoute({
    method: 'GET',
    path: '/processor/sent-messages',
    operationId: 'listSentMessages',
    access: 'read',
    summary: 'List the sent messages, newest first',
    query: goQuery(sentMessagesQuerySchema, 'invalid_limit'),
    answers: { 200: { description: 'The messages, at least one.', schema: sentMessagesSchema } },
    errors: ['no_sent_messages', ...STORE_ERRORS],
    handle: async ({ query }) => {
      const result = await messages.list({ status: 'sent', limit: query.limit ?? DEFAULT_SENT_LIMIT });
      if (result.kind !== 'page') throw new TypeError('the repository refused a list without a cursor');
      if (result.items.length === 0) throw new ApiError('no_sent_messages');
      return { status: 200, body: result.items.map(sentMessageJson) };
    },
  });
}

function sentMessageJson(message: Message): SentMessageJson {
  return {
    id: message.id,
    webhookMessageId: message.webhookMessageId ?? '',
    phoneNumber: message.phoneNumber,
    content: message.content,
    status: 'sent',
    sentAt: formatInstantAsGo(message.sentAt),
  };
}
