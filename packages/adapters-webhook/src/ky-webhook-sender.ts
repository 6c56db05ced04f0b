import type { Message } from '@messaging-system/core';
import {
  checkOptions,
  type SendContext,
  type SendOutcome,
  type WebhookSender,
} from '@messaging-system/core/adapter';
import ky, { type KyInstance, type Options } from 'ky';
import type { Exchange } from './exchange.ts';
import type { WebhookRequest } from './request-builder.ts';
import { byName } from './request-hooks.ts';
import { SENDER_OPTION_NAMES, type WebhookSenderOptions } from './webhook-sender-options.ts';
import { webhookSettings } from './webhook-settings.ts';
import { type Begin, WebhookTransport } from './webhook-transport.ts';

export interface KyWebhookSenderOptions extends WebhookSenderOptions {
  /**
   * May set headers on each request before it is sent, such as a token that expires. The body is there to read; it is signed, so
   * it can't be changed. If it throws, nothing is sent and the outcome is retryable, `hook_failed`; its time counts as the send's.
   */
  readonly beforeRequest?: ((request: Request) => void | Promise<void>) | undefined;
}

/**
 * The default sender: ky makes each request, without retries and time-outs of its own, over the shared transport.
 *
 * @example
 * ```ts
 * import { KyWebhookSender } from '@messaging-system/adapters-webhook';
 *
 * const sender = new KyWebhookSender({
 *   url: 'https://example.com/hook',
 *   signingSecrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
 *   timeoutMs: 10_000,
 * });
 * await sender.close();
 * ```
 */
export class KyWebhookSender implements WebhookSender {
  readonly timeoutMs: number;
  readonly #transport: WebhookTransport;
  readonly #begin: Begin;

  /** Opens no connection. @throws InvalidOptionsError naming every problem, and no secret. */
  constructor(given: KyWebhookSenderOptions) {
    checkOptions(given, { ...SENDER_OPTION_NAMES, beforeRequest: true });
    const { beforeRequest, ...options } = given;
    const settings = webhookSettings(options);
    const transport = new WebhookTransport(settings);
    const client = clientOver(transport, beforeRequest);
    const url = settings.url.href;
    this.timeoutMs = settings.timeoutMs;
    this.#transport = transport;
    this.#begin = (exchange, request, outcome) => {
      const attempt: Attempt = { exchange, request, outcome };
      // Without a hook nobody reads the Request; making a stream of the body and a list of the headers costs as much as all the rest of ky.
      const read: Options =
        beforeRequest === undefined ? {} : { headers: byName(request.headers), ...bodyOf(request) };
      client(url, { ...read, ...{ attempt } }).catch((error: unknown) => exchange.fail('hook_failed', error));
    };
  }

  send(message: Message, context: SendContext): Promise<SendOutcome> {
    return this.#transport.send(message, context, this.#begin);
  }

  /** Closes the connections after what is under way has its outcome, within the time-out. Later sends are retryable, `closed`. */
  close(): Promise<void> {
    return this.#transport.close();
  }
}

/** An option that ky hands on to its `fetch` untouched, as it does with every option that it does not know. */
interface Attempt {
  readonly exchange: Exchange;
  readonly request: WebhookRequest;
  readonly outcome: Promise<SendOutcome>;
}

// The outcome was made from the answer itself; ky only has to see that there was one. Without a body all sends can share it.
const ANSWERED = new Response(null);

function clientOver(
  transport: WebhookTransport,
  beforeRequest: KyWebhookSenderOptions['beforeRequest'],
): KyInstance {
  const viaTransport = async (asked: Request, { attempt }: { attempt: Attempt }): Promise<Response> => {
    const { exchange, request } = attempt;
    const sent = beforeRequest === undefined ? request : { ...request, headers: [...asked.headers].flat() };
    transport.dispatch(exchange, sent);
    await attempt.outcome;
    return ANSWERED;
  };
  return ky.create({
    method: 'post',
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    // ky calls it with a Request and with the options it does not know, never in the other ways of `fetch`.
    fetch: viaTransport as typeof fetch,
    hooks:
      beforeRequest === undefined
        ? {}
        : {
            beforeRequest: [
              async ({ request }) => {
                await beforeRequest(request);
              },
            ],
          },
  });
}

/** A Request of the method GET can't have a body. */
function bodyOf({ method = 'POST', body }: WebhookRequest): {
  readonly method: string;
  readonly body?: string;
} {
  return method === 'GET' ? { method } : { method, body };
}
