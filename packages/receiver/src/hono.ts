import type { Delivery } from './delivery.ts';
import { receiveRequest } from './receive-request.ts';
import type { HandlerResult, WebhookReceiver } from './webhook-receiver.ts';

/** The needed part of Hono's context. */
export interface HonoContext {
  readonly req: { readonly raw: Request };
}

/**
 * A handler for a route of Hono: `app.post('/hook', receiveWebhooks(receiver, handle))`. Errors of `handle` go to `app.onError`. No
 * middleware before it may read the body.
 */
export function receiveWebhooks<Context extends HonoContext>(
  receiver: WebhookReceiver,
  handle: (delivery: Delivery, context: Context) => HandlerResult | Promise<HandlerResult>,
): (context: Context) => Promise<Response> {
  return (context) => receiveRequest(receiver, context.req.raw, (delivery) => handle(delivery, context));
}
