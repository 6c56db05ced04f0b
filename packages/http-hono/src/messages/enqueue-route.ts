import type { EnqueueRequest } from '@messaging-system/core';
import { activeSpan, type MessageRules, type TraceContext, traceOf } from '@messaging-system/core/adapter';
import * as v from 'valibot';
import { ApiError } from '../errors/api-error.ts';
import { OUTCOME_CODES, STORE_ERRORS } from '../errors/outcome-errors.ts';
import { jsonOneOrMany } from '../routing/body-spec.ts';
import { invalidRequest } from '../routing/parse.ts';
import { defineRoute, type Route } from '../routing/route.ts';
import type { MessagesUseCases } from '../use-cases.ts';
import { type MessageJson, messageJson, messageSchema, messagesSchema } from './message-json.ts';
import { enqueueSchemas, idempotencyKeyHeaderSchema, traceparentHeaderSchema } from './new-message.ts';

const KEY_HEADER = 'Idempotency-Key';
const TRACE_HEADER = 'traceparent';

interface EnqueueParts {
  readonly messages: MessagesUseCases;
  readonly rules: MessageRules;
  readonly maxBatch: number;
  readonly traceContext: TraceContext | undefined;
  /** Is put before the path in `Location`. */
  readonly publicPath: string;
}

export function enqueueRoute(parts: EnqueueParts): Route {
  const { messages, rules, maxBatch, traceContext, publicPath } = parts;
  const { one, many } = enqueueSchemas(rules, maxBatch);
  return defineRoute({
    method: 'POST',
    path: '/messages',
    operationId: 'enqueueMessages',
    access: 'send',
    summary: 'Enqueue a message, or several at once',
    description:
      'An array is stored whole or, if one of it is invalid or in conflict, not at all. Safe to repeat where every message has an idempotency key.',
    named: { NewMessage: one },
    headers: { [KEY_HEADER]: idempotencyKeyHeaderSchema, [TRACE_HEADER]: traceparentHeaderSchema },
    body: jsonOneOrMany(one, many, maxBatch),
    answers: {
      200: {
        description: 'The message that an earlier call with the same key and the same body stored.',
        schema: messageSchema,
      },
      201: {
        description: 'The message, or the messages in their order. Of repeated keys: the stored one.',
        schema: v.union([messageSchema, messagesSchema]),
        headers: { Location: 'Where the message is, for a single one.' },
      },
    },
    errors: [OUTCOME_CODES.enqueue.conflict, OUTCOME_CODES.enqueue.invalid, ...STORE_ERRORS],
    handle: ({ body, headers, raw }) => {
      const key = headers[KEY_HEADER];
      const traceparent = traceOf(undefined, activeSpan(traceContext), headers[TRACE_HEADER]);
      const inTrace = (request: EnqueueRequest): EnqueueRequest =>
        traceparent === null ? request : { ...request, traceparent };
      return body.kind === 'many'
        ? enqueueMany(messages, body.items.map(inTrace), key)
        : enqueueOne(messages, withKey(inTrace(body.item), key), publicPath + new URL(raw.url).pathname);
    },
  });
}

type Stored = { readonly status: 201; readonly body: readonly MessageJson[] };
type StoredOne =
  | { readonly status: 200; readonly body: MessageJson }
  | { readonly status: 201; readonly body: MessageJson; readonly headers: Readonly<Record<string, string>> };

async function enqueueOne(
  messages: MessagesUseCases,
  request: EnqueueRequest,
  path: string,
): Promise<StoredOne> {
  const result = await messages.enqueue(request);
  switch (result.kind) {
    case 'stored':
      return {
        status: 201,
        body: messageJson(result.message),
        headers: { location: `${path}/${encodeURIComponent(result.message.id)}` },
      };
    case 'existing':
      return { status: 200, body: messageJson(result.message) };
    case 'conflict':
      throw new ApiError(OUTCOME_CODES.enqueue.conflict, { details: [{ id: result.message.id }] });
    case 'invalid':
      throw invalidRequest(result.problems.map(({ field, problem }) => ({ field, problem })));
  }
}

async function enqueueMany(
  messages: MessagesUseCases,
  requests: readonly EnqueueRequest[],
  key: string | undefined,
): Promise<Stored> {
  if (key !== undefined) {
    const problem = 'is for a single message: give each message of an array its own idempotencyKey';
    throw invalidRequest([{ field: KEY_HEADER, problem }]);
  }
  const result = await messages.enqueueMany(requests);
  switch (result.kind) {
    case 'enqueued':
      return { status: 201, body: result.items.map((item) => messageJson(item.message)) };
    case 'conflict': {
      const { conflicts, stored = [] } = result;
      const details = [
        ...conflicts.map(({ index, message }) => ({ index, id: message.id })),
        ...stored.map(({ index, message }) => ({ index, id: message.id, stored: true })),
      ];
      throw new ApiError(OUTCOME_CODES.enqueue.conflict, { details });
    }
    case 'invalid':
      throw invalidRequest(result.problems);
  }
}

function withKey(request: EnqueueRequest, key: string | undefined): EnqueueRequest {
  if (key === undefined) return request;
  if (request.idempotencyKey !== undefined && request.idempotencyKey !== key) {
    throw invalidRequest([{ field: KEY_HEADER, problem: 'is not the idempotencyKey of the body' }]);
  }
  return { ...request, idempotencyKey: key };
}
