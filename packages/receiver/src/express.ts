import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';
import type { Delivery } from './delivery.ts';
import { type RawBody, rawBodyOfMessage } from './raw-body.ts';
import { ReceiverError } from './receiver-error.ts';
import type { HandlerResult, WebhookReceiver } from './webhook-receiver.ts';

/**
 * A request of Express, or of `node:http` itself. `body` is what a parser left, if one ran; `rawBody` the bytes, where something keeps
 * them as well, as NestJS does with its option `rawBody`.
 */
export type ExpressRequest = IncomingMessage & { readonly body?: unknown; readonly rawBody?: unknown };

/**
 * Middleware for a route of Express: `app.post('/hook', receiveWebhooks(receiver, handle))`. It reads the body itself, or takes the
 * Buffer that `express.raw` left or `rawBody` holds; a body that was parsed without is a ReceiverError `raw_body_missing`. That, and what `handle` throws, goes to
 * `next`.
 */
export function receiveWebhooks<Req extends ExpressRequest>(
  receiver: WebhookReceiver,
  handle: (delivery: Delivery, request: Req) => HandlerResult | Promise<HandlerResult>,
): (request: Req, response: ServerResponse, next: (error: unknown) => void) => void {
  return (request, response, next) => {
    receive(receiver, request, (delivery) => handle(delivery, request)).then(
      (answer) => write(response, answer),
      next,
    );
  };
}

async function receive(
  receiver: WebhookReceiver,
  request: ExpressRequest,
  handle: (delivery: Delivery) => HandlerResult | Promise<HandlerResult>,
): Promise<Answer> {
  const rawBody = await rawBodyOf(request, receiver.maxBodyBytes);
  if (rawBody !== 'too_large') return await receiver.receive({ headers: request.headers, rawBody }, handle);
  const answer = receiver.refuseTooLarge();
  return { ...answer, headers: { ...answer.headers, connection: 'close' } };
}

async function rawBodyOf(request: ExpressRequest, maxBytes: number): Promise<RawBody> {
  if (request.rawBody instanceof Uint8Array) return request.rawBody;
  if (request.body instanceof Uint8Array) return request.body;
  if (request.body === undefined) return await rawBodyOfMessage(request, maxBytes);
  throw new ReceiverError(
    'raw_body_missing',
    'the body was parsed before the receiver, which needs it as it was signed: put the route before express.json(), or express.raw({ type: () => true }) before the route',
  );
}

function write(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}
