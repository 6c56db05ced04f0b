import type { Clock, Message } from '@messaging-system/core';
import { type SendContext, validTraceparent } from '@messaging-system/core/adapter';
import { signatureOf } from './signer.ts';
import type { SignatureKey } from './signing-key.ts';

export interface WebhookRequest {
  /** Name, value, name, value. */
  readonly headers: string[];
  readonly body: string;
  /** Of a contract; else POST. */
  readonly method?: string;
  /** Of a contract; else the URL's own. */
  readonly path?: string;
}

/** The settings that decide a request. */
export interface BuilderSettings {
  /** Those that are the same for every request: name, value, name, value. */
  readonly headers: readonly string[];
  readonly buildBody: (message: Message) => unknown;
  readonly signingKeys: readonly SignatureKey[];
  readonly clock: Clock;
}

/** The request of an attempt: the same id and body for every attempt of a message, the present second as its time. */
export function buildRequest(
  message: Message,
  context: Pick<SendContext, 'traceparent'>,
  settings: BuilderSettings,
): WebhookRequest {
  // Undefined where it can't be encoded (a function, say), which the type leaves out.
  const body: string | undefined = JSON.stringify(settings.buildBody(message));
  if (body === undefined) throw new TypeError('the body can not be encoded as JSON');
  const headers = [...settings.headers];
  webhookHeaders(headers, message, context, body, settings);
  return { headers, body };
}

/**
 * Adds the headers of Standard Webhooks. `traceparent` does not belong to the signature: proxies on the way may put their own span there.
 */
export function webhookHeaders(
  headers: string[],
  message: Message,
  { traceparent }: Pick<SendContext, 'traceparent'>,
  body: string,
  { clock, signingKeys }: Pick<BuilderSettings, 'clock' | 'signingKeys'>,
): void {
  const timestamp = String(Math.floor(clock.now() / 1000));
  headers.push('webhook-id', message.id, 'webhook-timestamp', timestamp);
  if (signingKeys.length > 0) {
    headers.push('webhook-signature', signatureOf(signingKeys, message.id, timestamp, body));
  }
  const span = validTraceparent(traceparent) ?? validTraceparent(message.traceparent);
  if (span !== null) headers.push('traceparent', span);
}
