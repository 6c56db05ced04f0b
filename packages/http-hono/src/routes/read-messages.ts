import * as v from 'valibot';
import { ApiError } from '../errors/api-error.ts';
import { OUTCOME_CODES } from '../errors/outcome-codes.ts';
import type { MessagesUseCases } from '../http-app-dependencies.ts';
import { NO_QUERY, query } from '../routing/query-spec.ts';
import { defineRoute, type Route } from '../routing/route.ts';
import { DEFAULT_LIST_LIMIT, listQuerySchema } from '../schemas/list-query.ts';
import { messagePageSchema, messageSchema } from '../schemas/message.ts';
import { messageJson } from '../wire/message-json.ts';
import { STORE_ERRORS } from './store-errors.ts';

export function listRoute(messages: MessagesUseCases): Route {
  return defineRoute({
    method: 'GET',
    path: '/messages',
    operationId: 'listMessages',
    access: 'read',
    tag: 'messages',
    summary: 'List messages, newest first',
    query: query(listQuerySchema),
    answers: { 200: { description: 'A page.', schema: messagePageSchema } },
    errors: [OUTCOME_CODES.list.invalid_cursor, ...STORE_ERRORS],
    handle: async ({ query: asked }) => {
      const result = await messages.list({ ...asked, limit: asked.limit ?? DEFAULT_LIST_LIMIT });
      if (result.kind === 'invalid_cursor') throw new ApiError(OUTCOME_CODES.list.invalid_cursor);
      return {
        status: 200,
        body: { items: result.items.map(messageJson), nextCursor: result.nextCursor },
      };
    },
  });
}

export function findRoute(messages: MessagesUseCases): Route {
  return defineRoute({
    method: 'GET',
    path: '/messages/:id',
    operationId: 'findMessage',
    access: 'read',
    tag: 'messages',
    summary: 'Read a message with its attempts',
    params: { id: v.string() },
    query: NO_QUERY,
    answers: { 200: { description: 'The message.', schema: messageSchema } },
    errors: ['message_not_found', ...STORE_ERRORS],
    handle: async ({ params }) => {
      const message = await messages.find(params.id);
      if (message === null) throw new ApiError('message_not_found');
      return { status: 200, body: messageJson(message) };
    },
  });
}
