import type { IncomingHttpHeaders } from 'node:http';
import type { Delivery } from './delivery.ts';
import { ReceiverError } from './receiver-error.ts';
import type { HandlerResult, WebhookReceiver } from './webhook-receiver.ts';

/** The needed part of Fastify's request. */
export interface FastifyRequestLike {
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** The needed part of Fastify's reply. */
export interface FastifyReplyLike {
  code(status: number): unknown;
  headers(headers: Record<string, string>): unknown;
  send(body: string): unknown;
}

/** The needed part of Fastify's instance. */
export interface FastifyScope {
  removeAllContentTypeParsers(): unknown;
  /** In the one of its overloads that hands a parser the whole body. */
  addContentTypeParser: (...args: never) => unknown;
}

type AddBufferParser = (
  contentType: string,
  options: { readonly parseAs: 'buffer' },
  parser: (request: unknown, body: Buffer, done: (error: null, body: Buffer) => void) => void,
) => unknown;

/**
 * Leaves every body of this scope as the Buffer that arrived. Call it within `app.register(async (scope) => …)`, so that other routes
 * keep their parsers.
 */
export function keepRawBodies(scope: FastifyScope): void {
  scope.removeAllContentTypeParsers();
  // Fastify's overloads are assignable to no structural type; a test adds this parser to a real instance.
  const addParser = scope.addContentTypeParser.bind(scope) as AddBufferParser;
  addParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/**
 * A handler for a route of Fastify whose scope was given to `keepRawBodies`; on another route it throws ReceiverError
 * `raw_body_missing`. That, and what `handle` throws, goes to Fastify's error handler. Fastify's own `bodyLimit` applies too.
 */
export function receiveWebhooks<Req extends FastifyRequestLike>(
  receiver: WebhookReceiver,
  handle: (delivery: Delivery, request: Req) => HandlerResult | Promise<HandlerResult>,
): (request: Req, reply: FastifyReplyLike) => Promise<void> {
  return async (request, reply) => {
    const rawBody = rawBodyOf(request);
    const answer = await receiver.receive({ headers: request.headers, rawBody }, (delivery) =>
      handle(delivery, request),
    );
    reply.code(answer.status);
    reply.headers({ ...answer.headers });
    reply.send(answer.body);
  };
}

function rawBodyOf({ body }: FastifyRequestLike): Uint8Array {
  if (body instanceof Uint8Array) return body;
  // No body was sent.
  if (body === undefined) return new Uint8Array();
  throw new ReceiverError(
    'raw_body_missing',
    'the body was parsed before the receiver, which needs it as it was signed: call keepRawBodies(scope) in the scope of the route',
  );
}
