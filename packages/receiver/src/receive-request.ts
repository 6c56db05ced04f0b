import { rawBodyOfRequest } from './raw-body.ts';
import type { Handler, WebhookReceiver } from './webhook-receiver.ts';

/**
 * For whatever speaks web-standard requests: Next.js route handlers, Bun, Deno, workers on Node. Rejects with what the handler
 * threw, and with ReceiverError `raw_body_missing` when the body was read before.
 */
export async function receiveRequest(
  receiver: WebhookReceiver,
  request: Request,
  handle: Handler,
): Promise<Response> {
  const rawBody = await rawBodyOfRequest(request, receiver.maxBodyBytes);
  const { status, headers, body } =
    rawBody === 'too_large'
      ? receiver.refuseTooLarge()
      : await receiver.receive({ headers: request.headers, rawBody }, handle);
  return new Response(body === '' ? null : body, { status, headers });
}
