import type { Message } from '@messaging-system/core';
import { type SendContext, validTraceparent } from '@messaging-system/core/adapter';
import { signatureOf } from './signer.ts';
import type { WebhookSettings } from './webhook-settings.ts';

export interface WebhookRequest {
  /** Name, value, name, value. */
  readonly headers: string[];
  readonly body: string;
}

/**
 * The request of an attempt: the same id and body for every attempt of a message, the present second as its time. `traceparent` does not belong to the
 * signature: proxies on the way may put their own span there.
 */
export function buildRequest(
  message: Message,
  { traceparent }: Pick<SendContext, 'traceparent'>,
  settings: WebhookSettings,
): WebhookRequest {
  // Undefined where it can't be encoded (a function, say), which the type leaves out.
  const body: string | undefined = JSON.stringify(settings.buildBody(message));
  if (body === undefined) throw new TypeError('the body can not be encoded as JSON');
  const timestamp = String(Math.floor(settings.clock.now() / 1000));
  const headers = [...settings.headers, 'webhook-id', message.id, 'webhook-timestamp', timestamp];
  if (settings.signingKeys.length > 0) {
    headers.push('webhook-signature', signatureOf(settings.signingKeys, message.id, timestamp, body));
  }
  const span = validTraceparent(traceparent) ?? validTraceparent(message.traceparent);
  if (span !== null) headers.push('traceparent', span);
  return { headers, body };
}
