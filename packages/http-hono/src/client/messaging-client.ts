import type { CancelReport, EraseReport, MessageStatus, RedriveFilter } from '@messaging-system/core';
import type { DispatchReport } from '@messaging-system/core/adapter';
import type { ReadinessJson } from '../json/readiness-json.ts';
import type { MessageJson, MessagePageJson } from '../messages/message-json.ts';
import type { EnqueueJson } from '../messages/new-message.ts';
import type { CancelFilterJson } from '../messages/operator-json.ts';
import type { SentMessageJson } from '../processor/go-service-routes.ts';
import type { ProcessorJson } from '../processor/processor-json.ts';
import type { DeliveriesJson } from '../sandbox/sandbox-routes.ts';
import { ApiClientError, type JsonRequest, JsonTransport } from './json-transport.ts';

export interface MessagingClientOptions {
  /** Where the API is, prefix included: `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly apiKey?: string;
  /** Instead of the runtime's own. */
  readonly fetch?: typeof fetch;
  /** Ends every call of this client. */
  readonly signal?: AbortSignal;
}

export interface ListOptions {
  readonly status?: MessageStatus;
  readonly phoneNumber?: string;
  /** 1 to 1000; 50 unless given. */
  readonly limit?: number;
  readonly cursor?: string;
}

/**
 * The HTTP API, typed by the very types of the routes. Needs `fetch` alone, so that it runs in browsers too. Every method throws `ApiClientError`
 * for what the server refuses and for redirects, and what `fetch` throws where nobody answers; nothing is repeated by itself.
 *
 * @example
 * ```ts
 * import { MessagingClient } from '@messaging-system/http-hono/client';
 *
 * const client = new MessagingClient({ url: 'http://127.0.0.1:3000', apiKey: 'change-me' });
 * const message = await client.enqueue({ phoneNumber: '+905551234567', content: 'Hello' });
 * console.log(message.id, message.status);
 * ```
 */
export class MessagingClient {
  readonly #transport: JsonTransport;
  readonly #signal: AbortSignal | undefined;

  constructor({ url, apiKey, fetch: ownFetch, signal }: MessagingClientOptions) {
    this.#transport = new JsonTransport(url, apiKey, ownFetch);
    this.#signal = signal;
  }

  /** Safe to repeat with an `idempotencyKey`: answers the stored message then. */
  enqueue(message: EnqueueJson): Promise<MessageJson> {
    return this.#ask({ method: 'POST', path: '/messages', body: message });
  }

  /** All or none, up to 1000; the messages in their order. */
  enqueueMany(messages: readonly EnqueueJson[]): Promise<readonly MessageJson[]> {
    return this.#ask({ method: 'POST', path: '/messages', body: messages });
  }

  /** A page, newest first. */
  list(options: ListOptions = {}): Promise<MessagePageJson> {
    return this.#ask({ method: 'GET', path: '/messages', query: { ...options } });
  }

  /** Every message that fits, newest first, a page at a time. */
  async *all(options: Omit<ListOptions, 'cursor'> = {}): AsyncGenerator<MessageJson, void, undefined> {
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page: MessagePageJson = await this.list({
        ...options,
        ...(cursor === undefined ? {} : { cursor }),
      });
      yield* page.items;
      cursor = page.nextCursor;
    }
  }

  /** Null when there is none. */
  async find(id: string): Promise<MessageJson | null> {
    try {
      return await this.#ask({ method: 'GET', path: messagePath(id) });
    } catch (error) {
      if (error instanceof ApiClientError && error.code === 'message_not_found') return null;
      throw error;
    }
  }

  cancel(id: string): Promise<MessageJson> {
    return this.#ask({ method: 'POST', path: `${messagePath(id)}/cancel` });
  }

  /** Every unsent message that matches and is not under way. */
  cancelMatching(filter: Omit<CancelFilterJson, 'status'> = {}): Promise<CancelReport> {
    return this.#ask({ method: 'POST', path: '/messages/cancel', body: { status: 'unsent', ...filter } });
  }

  /** Sends a failed or unknown message again, or one that waits for its next attempt now. */
  redrive(id: string): Promise<MessageJson> {
    return this.#ask({ method: 'POST', path: `${messagePath(id)}/redrive` });
  }

  /** With `status: 'unsent'`: all that wait for their next attempt. */
  redriveMatching(filter: RedriveFilter): Promise<{ readonly redriven: number }> {
    return this.#ask({ method: 'POST', path: '/messages/redrive', body: filter });
  }

  erase(phoneNumber: string): Promise<EraseReport> {
    return this.#ask({ method: 'POST', path: '/messages/erase', body: { phoneNumber } });
  }

  processor(): Promise<ProcessorJson> {
    return this.#ask({ method: 'GET', path: '/processor' });
  }

  async start(): Promise<void> {
    await this.#ask({ method: 'POST', path: '/processor/start' });
  }

  /** Answers at once; the processor then drains. */
  async stop(): Promise<void> {
    await this.#ask({ method: 'POST', path: '/processor/stop' });
  }

  /** Ends the stop for every server at the store, and starts the processor of the server that answers. */
  async startAll(): Promise<void> {
    await this.#ask({ method: 'POST', path: '/processor/start-all' });
  }

  /** Every server at the store claims nothing from 2 s after on, also after restarts, until `startAll`. */
  async stopAll(): Promise<void> {
    await this.#ask({ method: 'POST', path: '/processor/stop-all' });
  }

  /** One batch now. */
  dispatch(): Promise<DispatchReport> {
    return this.#ask({ method: 'POST', path: '/processor/dispatch' });
  }

  /** Empty where the API answers `no_sent_messages`. */
  async sentMessages(limit = 10): Promise<readonly SentMessageJson[]> {
    try {
      return await this.#ask({ method: 'GET', path: '/processor/sent-messages', query: { limit } });
    } catch (error) {
      if (error instanceof ApiClientError && error.code === 'no_sent_messages') return [];
      throw error;
    }
  }

  /** @throws ApiClientError `not_ready`, with the same in `details` */
  readiness(): Promise<ReadinessJson> {
    return this.#ask({ method: 'GET', path: '/readyz' });
  }

  /** In sandbox mode only. */
  sandboxDeliveries(limit = 50): Promise<DeliveriesJson> {
    return this.#ask({ method: 'GET', path: '/sandbox/deliveries', query: { limit } });
  }

  async #ask<Body>(request: JsonRequest): Promise<Body> {
    const { body } = await this.#transport.ask({ ...request, signal: this.#signal });
    // The server answers what its routes are typed to answer; its own tests hold it to its document.
    return body as Body;
  }
}

function messagePath(id: string): string {
  return `/messages/${encodeURIComponent(id)}`;
}
