import type { Message } from '@messaging-system/core';
import * as v from 'valibot';
import type { Operations } from '../access/operations.ts';
import { ApiError } from '../errors/api-error.ts';
import type { MessagesUseCases } from '../http-app-dependencies.ts';
import { ANY_QUERY, goQuery } from '../routing/query-spec.ts';
import { defineRoute, type Route } from '../routing/route.ts';
import { processorMessageSchema } from '../schemas/processor.ts';
import {
  DEFAULT_SENT_LIMIT,
  type SentMessageJson,
  sentMessagesQuerySchema,
  sentMessagesSchema,
} from '../schemas/sent-message.ts';
import { formatInstantAsGo } from '../wire/instant.ts';
import { STORE_ERRORS } from './store-errors.ts';

const actionSchema = v.picklist(['start', 'stop']);

/** The Go service's `POST /processor/start` and `/processor/stop`. */
export function processorActionRoute(operations: Operations): Route {
  return defineRoute({
    method: 'POST',
    path: '/processor/:action',
    operationId: 'startOrStopProcessor',
    access: 'operate',
    tag: 'processor',
    summary: 'Start or stop the processor',
    description:
      'Acts on the process that answers and its workers, not on others at the same store. Answers at once: a stop then drains. Repeats change nothing, but a start closes an open breaker.',
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
    tag: 'processor',
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
