import type { Message } from '@messaging-system/core';
import type { SendContext, SendOutcome, WebhookSender } from '@messaging-system/core/adapter';
import type { WebhookSenderOptions } from './webhook-sender-options.ts';
import { webhookSettings } from './webhook-settings.ts';
import { type Begin, WebhookTransport } from './webhook-transport.ts';

/**
 * The sender for throughput: hands each request to undici's pool and nothing in between. It behaves as `KyWebhookSender` does, and
 * takes the same options but for `beforeRequest`.
 */
export class UndiciWebhookSender implements WebhookSender {
  readonly timeoutMs: number;
  readonly #transport: WebhookTransport;
  readonly #begin: Begin;

  /** Opens no connection. @throws InvalidOptionsError naming every problem, and no secret. */
  constructor(options: WebhookSenderOptions) {
    const settings = webhookSettings(options);
    const transport = new WebhookTransport(settings);
    this.timeoutMs = settings.timeoutMs;
    this.#transport = transport;
    this.#begin = (exchange, request) => transport.dispatch(exchange, request);
  }

  send(message: Message, context: SendContext): Promise<SendOutcome> {
    return this.#transport.send(message, context, this.#begin);
  }

  /** Closes the connections after what is under way has its outcome, within the time-out. Later sends are retryable, `closed`. */
  close(): Promise<void> {
    return this.#transport.close();
  }
}
