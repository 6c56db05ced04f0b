import * as v from 'valibot';
import { ApiError } from '../errors/api-error.ts';
import { OUTCOME_CODES, STORE_ERRORS } from '../errors/outcome-errors.ts';
import { described, limitSchema } from '../json/fields.ts';
import { query } from '../routing/query-spec.ts';
import { defineRoute, type Route } from '../routing/route.ts';
import type { MessagesUseCases } from '../use-cases.ts';
import { messageJson, messagePageSchema, messageSchema, statusSchema } from './message-json.ts';

const phoneNumberParameter = v.pipe(
  v.string(),
  v.description(
    'A plus need not be escaped: a space at the beginning, which is what it decodes to, means one.',
  ),
  v.transform((text) => text.replace(/^ /, '+')),
);

const DEFAULT_LIST_LIMIT = 50;

const listQuerySchema = v.strictObject({
  status: v.exactOptional(statusSchema),
  phoneNumber: v.exactOptional(phoneNumberParameter),
  limit: v.exactOptional(limitSchema(DEFAULT_LIST_LIMIT)),
  cursor: v.exactOptional(described(v.string(), '`nextCursor` of an earlier page.')),
});

export function listRoute(messages: MessagesUseCases): Route {
  return defineRoute({
    method: 'GET',
    path: '/messages',
    operationId: 'listMessages',
    access: 'read',
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
    summary: 'Read a message with its attempts',
    params: { id: v.string() },
    answers: { 200: { description: 'The message.', schema: messageSchema } },
    errors: ['message_not_found', ...STORE_ERRORS],
    handle: async ({ params }) => {
      const message = await messages.find(params.id);
      if (message === null) throw new ApiError('message_not_found');
      return { status: 200, body: messageJson(message) };
    },
  });
}
