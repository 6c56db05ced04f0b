import type { Message } from '@messaging-system/core';
import type { SendContext, SendOutcome } from '@messaging-system/core/adapter';
import { type buildConnector, type Dispatcher, Pool, ProxyAgent } from 'undici';
import { AbortWatch } from './abort-watch.ts';
import { classifyAnswer } from './classify-answer.ts';
import { connectorTo, withoutInterim } from './connector.ts';
import { DeadlineQueue } from './deadline-queue.ts';
import { Exchange, type ExchangeEnd, type ExchangeOwner } from './exchange.ts';
import { buildRequest, type WebhookRequest } from './request-builder.ts';
import type { WebhookSettings } from './webhook-settings.ts';

/** The longest wait for the body of an answer, once its status line has settled what it means. */
const LONGEST_BODY_WAIT_MS = 1_000;

// Shorter than the idle time-outs of the usual servers (the shortest of them is 2 s): a connection that the server closes just
// as a request is written to it makes an ambiguous attempt.
const KEEP_ALIVE_MS = 1_500;
const LONGEST_KEEP_ALIVE_MS = 30_000;

// Waiting for a connection may leave no time for an answer. A request with less than this share of its time left is not written: it would
// very likely end ambiguous, where now it is certainly unsent.
const LEAST_SHARE_TO_BEGIN = 0.1;

// Characters that a header carries to any receiver as they are: visible ASCII, and spaces that are not at an end.
const SENDABLE_ID = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** Brings a built request on its way: `transport.dispatch`, sooner or later, or `exchange.cutOff`. */
export type Begin = (exchange: Exchange, request: WebhookRequest, outcome: Promise<SendOutcome>) => void;

/** The common part of the senders: building, signing, the connections, the time-outs and the classification. */
export class WebhookTransport implements ExchangeOwner {
  readonly maxAnswerBytes: number;
  readonly isAccepted: (status: number) => boolean;
  readonly #settings: WebhookSettings;
  readonly #pool: Dispatcher;
  readonly #target: { readonly origin: string; readonly path: string };
  readonly #sends: DeadlineQueue<Exchange>;
  readonly #bodies: DeadlineQueue<Exchange>;
  readonly #aborts = new AbortWatch();
  #open = 0;
  #closed: Promise<void> | null = null;
  #onIdle: (() => void) | null = null;

  constructor(settings: WebhookSettings) {
    this.#settings = settings;
    this.maxAnswerBytes = settings.maxAnswerBytes;
    this.isAccepted = settings.isAccepted;
    const { origin, pathname, search } = settings.url;
    this.#target = { origin, path: pathname + search };
    this.#sends = new DeadlineQueue(settings.timeoutMs, (exchange) => this.#timeOut(exchange));
    this.#bodies = new DeadlineQueue(Math.min(LONGEST_BODY_WAIT_MS, settings.timeoutMs), (exchange) =>
      exchange.cutOff('timeout', 'timeout'),
    );
    this.#pool = connectionsTo(settings);
  }

  /** Never rejects. */
  send(message: Message, context: SendContext, begin: Begin): Promise<SendOutcome> {
    const { signal } = context;
    if (signal.aborted) return Promise.resolve({ kind: 'retryable', reason: 'aborted' });
    if (this.#closed !== null) return Promise.resolve({ kind: 'retryable', reason: 'closed' });
    if (!SENDABLE_ID.test(message.id)) return Promise.resolve({ kind: 'permanent', reason: 'invalid_id' });
    let request: WebhookRequest;
    try {
      request = buildRequest(message, context, this.#settings);
    } catch (error) {
      return Promise.resolve({ kind: 'retryable', reason: 'body_not_built', error });
    }
    const { promise, resolve } = Promise.withResolvers<SendOutcome>();
    const exchange = new Exchange(this, signal, resolve);
    this.#open += 1;
    this.#sends.add(exchange);
    this.#aborts.add(signal, exchange);
    try {
      begin(exchange, request, promise);
    } catch (error) {
      exchange.fail('not_begun', error);
    }
    return promise;
  }

  /** Makes the one request of an exchange, unless it has ended. */
  dispatch(exchange: Exchange, { headers, body }: WebhookRequest): void {
    if (exchange.hasEnded) return;
    exchange.waitsFor = this.#open > this.#settings.connections ? 'pool_timeout' : 'connect_timeout';
    const { origin, path } = this.#target;
    this.#pool.dispatch({ origin, path, method: 'POST', headers, body }, exchange);
  }

  starting(exchange: Exchange): void {
    if (this.#sends.left(exchange) < this.#settings.timeoutMs * LEAST_SHARE_TO_BEGIN) this.#timeOut(exchange);
  }

  answered(exchange: Exchange): void {
    // Read after its time was up: the process was held up. The body, which may still be on its way, has a deadline of its own.
    if (this.#sends.left(exchange) === 0) this.#sends.delete(exchange);
    this.#bodies.add(exchange);
  }

  ended(exchange: Exchange, end: ExchangeEnd): void {
    this.#sends.delete(exchange);
    this.#bodies.delete(exchange);
    this.#open -= 1;
    this.#aborts.delete(exchange.signal, exchange);
    exchange.resolve(this.#outcome(end));
    if (this.#open === 0) this.#onIdle?.();
  }

  /** Ends the connections when what is under way has its outcome, so within the time-out. Later sends are `closed`. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    if (this.#open > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    await this.#pool.destroy();
  }

  #timeOut(exchange: Exchange): void {
    exchange.cutOff(exchange.waitsFor, 'timeout');
  }

  #outcome(end: ExchangeEnd): SendOutcome {
    if (end.kind === 'answer') return classifyAnswer(end.answer, this.#settings);
    if (end.written) return { kind: 'ambiguous', reason: end.reason };
    return { kind: 'retryable', reason: end.reason, ...(end.error !== undefined && { error: end.error }) };
  }
}

function connectionsTo(settings: WebhookSettings): Dispatcher {
  const options = {
    connections: settings.connections,
    // 0: each connection is closed after its response, and the request says so.
    pipelining: settings.keepAlive ? 1 : 0,
    // One queue of deadlines for all calls does their work, to the millisecond.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: LONGEST_KEEP_ALIVE_MS,
  };
  if (settings.proxy === null) {
    return new Pool(settings.url.origin, { ...options, connect: connectorTo(settings) });
  }
  // With HTTP/2 undici may send a request again on its own.
  const requestTls = { ...settings.tls, allowH2: false };
  return new ProxyAgent({
    ...options,
    uri: settings.proxy.origin,
    allowH2: false,
    requestTls,
    // For http receivers the agent hands on nothing but how to connect to the proxy.
    factory: (origin, given) => {
      // The agent always connects in its own way, which its type leaves out.
      const { connect } = given as { readonly connect: buildConnector.connector };
      return new Pool(origin, { ...given, ...options, allowH2: false, connect: withoutInterim(connect) });
    },
  });
}
