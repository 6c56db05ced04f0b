import type { Message } from '@messaging-system/core';
import type { SendContext, SendOutcome } from '@messaging-system/core/adapter';
import type { Dispatcher } from 'undici';
import { AbortWatch } from './abort-watch.ts';
import { OAuth2Tokens, TokenError } from './auth/oauth2-tokens.ts';
import { connectionsTo } from './connections.ts';
import { UnbuildableMessageError } from './contract/unbuildable-message-error.ts';
import { DeadlineQueue } from './deadline-queue.ts';
import { Exchange, type ExchangeEnd, type ExchangeOwner } from './exchange.ts';
import { isRefusedByProxy } from './fault-reason.ts';
import type { WebhookRequest } from './request-builder.ts';
import { withToken } from './request-hooks.ts';
import type { WebhookSettings } from './webhook-settings.ts';

/** The longest wait for the body of an answer, once its status line has settled what it means. */
const LONGEST_BODY_WAIT_MS = 1_000;

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
  readonly keepsBody: (status: number) => boolean;
  readonly #settings: WebhookSettings;
  readonly #pool: Dispatcher;
  readonly #target: { readonly origin: string; readonly path: string };
  readonly #sends: DeadlineQueue<Exchange>;
  readonly #bodies: DeadlineQueue<Exchange>;
  readonly #aborts = new AbortWatch();
  readonly #tokens: OAuth2Tokens | null;
  readonly #isReady: boolean;
  #open = 0;
  #closed: Promise<void> | null = null;
  #onIdle: (() => void) | null = null;

  constructor(settings: WebhookSettings) {
    this.#settings = settings;
    this.maxAnswerBytes = settings.maxAnswerBytes;
    this.keepsBody = settings.plan.keepsBody;
    this.#tokens =
      settings.plan.credentials === null ? null : new OAuth2Tokens(settings.plan.credentials, settings);
    const { origin, pathname, search } = settings.url;
    this.#target = { origin, path: pathname + search };
    this.#sends = new DeadlineQueue(settings.timeoutMs, (exchange) => this.#timeOut(exchange));
    this.#bodies = new DeadlineQueue(Math.min(LONGEST_BODY_WAIT_MS, settings.timeoutMs), (exchange) =>
      exchange.cutOff('timeout', 'timeout'),
    );
    this.#pool = connectionsTo(settings, settings.url.origin);
    this.#isReady = this.#tokens === null && settings.plan.finish === null;
  }

  /** Never rejects. */
  send(message: Message, context: SendContext, begin: Begin): Promise<SendOutcome> {
    const { signal } = context;
    if (signal.aborted) return Promise.resolve({ kind: 'retryable', reason: 'aborted' });
    if (this.#closed !== null) return Promise.resolve({ kind: 'retryable', reason: 'closed' });
    if (!SENDABLE_ID.test(message.id)) return Promise.resolve({ kind: 'permanent', reason: 'invalid_id' });
    let request: WebhookRequest;
    try {
      request = this.#settings.plan.build(message, context, this.#settings);
    } catch (error) {
      if (error instanceof UnbuildableMessageError) return Promise.resolve(unbuildable(error));
      return Promise.resolve({ kind: 'retryable', reason: 'body_not_built', error });
    }
    const { promise, resolve } = Promise.withResolvers<SendOutcome>();
    const exchange = new Exchange(this, signal, resolve);
    this.#open += 1;
    exchange.deadline = this.#sends.add(exchange);
    this.#aborts.add(signal, exchange);
    if (this.#isReady) go(begin, exchange, request, promise);
    else void this.#finish(exchange, { request, message, attempt: context.attempt, begin, outcome: promise });
    return promise;
  }

  /** Fetches a token and runs the hooks, then goes on. Never rejects. */
  async #finish(exchange: Exchange, send: Unfinished, isRepeat = false): Promise<void> {
    const { finish } = this.#settings.plan;
    try {
      const token = this.#tokens === null ? null : await this.#tokens.get();
      if (token !== null) {
        exchange.secrets = [token];
        exchange.again = isRepeat ? null : () => this.#repeat(exchange, send, token);
      }
      if (exchange.hasEnded) return;
      const { begin, outcome, ...built } = send;
      const request =
        finish === null
          ? withToken(built.request, token)
          : await finish(built.request, { ...built, ...this.#target }, token);
      go(begin, exchange, request, outcome);
    } catch (error) {
      if (error instanceof UnbuildableMessageError) exchange.refuse(unbuildable(error));
      else if (error instanceof TokenError)
        exchange.refuse({ kind: 'retryable', reason: error.reason, endpoint: 'down' });
      else exchange.fail('hook_failed', error);
    }
  }

  #repeat(exchange: Exchange, send: Unfinished, token: string): void {
    this.#tokens?.drop(token);
    void this.#finish(exchange, send, true);
  }

  /** Makes the one request of an exchange, unless it has ended. */
  dispatch(exchange: Exchange, request: WebhookRequest): void {
    if (exchange.hasEnded) return;
    const { headers, body, method, path: ownPath } = request;
    exchange.waitsFor = this.#open > this.#settings.connections ? 'pool_timeout' : 'connect_timeout';
    const { origin, path } = this.#target;
    if (method === undefined) this.#pool.dispatch({ origin, path, method: 'POST', headers, body }, exchange);
    else {
      const sent = { headers, body: method === 'GET' ? null : body };
      this.#pool.dispatch({ origin, path: ownPath ?? path, method, ...sent }, exchange);
    }
  }

  starting(exchange: Exchange): void {
    if (leftOf(exchange) < this.#settings.timeoutMs * LEAST_SHARE_TO_BEGIN) this.#timeOut(exchange);
  }

  answered(exchange: Exchange, status: number): void {
    // Read after its time was up: the process was held up. The body, which may still be on its way, has a deadline of its own.
    const isLate = leftOf(exchange) <= 0;
    if (isLate && exchange.deadline !== null) this.#sends.delete(exchange.deadline);
    if (isLate || !this.#settings.plan.needsBody(status)) exchange.bodyDeadline = this.#bodies.add(exchange);
  }

  ended(exchange: Exchange, end: ExchangeEnd): void {
    if (exchange.bodyDeadline !== null) this.#bodies.delete(exchange.bodyDeadline);
    if (this.#mayRepeat(exchange, end)) {
      exchange.restart();
      exchange.again?.();
      return;
    }
    if (exchange.deadline !== null) this.#sends.delete(exchange.deadline);
    this.#open -= 1;
    this.#aborts.delete(exchange.signal, exchange);
    exchange.resolve(this.#outcome(exchange, end));
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
    await Promise.all([this.#pool.destroy(), this.#tokens?.close()]);
  }

  #timeOut(exchange: Exchange): void {
    exchange.cutOff(exchange.waitsFor, 'timeout');
  }

  /** A 401 to a token certainly had no effect; one that was revoked early is replaced, once. */
  #mayRepeat(exchange: Exchange, end: ExchangeEnd): boolean {
    if (exchange.again === null || end.kind !== 'answer') return false;
    const { status, isWhole } = end.answer;
    return status === 401 && isWhole && leftOf(exchange) > 0 && !exchange.signal.aborted;
  }

  #outcome(exchange: Exchange, end: ExchangeEnd): SendOutcome {
    if (end.kind === 'unsent') return end.outcome;
    if (end.kind === 'answer') return this.#settings.plan.outcomeOf(end.answer, exchange.secrets);
    if (end.written) return { kind: 'ambiguous', reason: end.reason };
    if (isRefusedByProxy(end.reason)) return { kind: 'retryable', reason: end.reason, endpoint: 'down' };
    return { kind: 'retryable', reason: end.reason, ...(end.error !== undefined && { error: end.error }) };
  }
}

/** A send whose request is built and not finished. */
interface Unfinished {
  readonly request: WebhookRequest;
  readonly message: Message;
  readonly attempt: number;
  readonly begin: Begin;
  readonly outcome: Promise<SendOutcome>;
}

function go(begin: Begin, exchange: Exchange, request: WebhookRequest, outcome: Promise<SendOutcome>): void {
  try {
    begin(exchange, request, outcome);
  } catch (error) {
    exchange.fail('not_begun', error);
  }
}

/** The rest of its time, in ms. */
function leftOf({ deadline }: Exchange): number {
  return deadline === null ? 0 : deadline.at - performance.now();
}

function unbuildable({ reason }: UnbuildableMessageError): SendOutcome {
  return { kind: 'permanent', reason, noRequest: true };
}
