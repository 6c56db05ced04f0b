import type { MessageStatus } from '@messaging-system/core';
import { CommandError } from '../command-error.ts';
import { ExitCode } from '../exit-code.ts';

export interface ApiConnection {
  /** Reaches the server, or the same API inside this process. */
  readonly fetch: (request: Request) => Promise<Response>;
  readonly url: string;
  readonly apiKey: string | null;
  /** Where the key came from; null: none is given. */
  readonly keyOrigin: string | null;
  /** The store itself: what is asked of a running processor says nothing. */
  readonly isDirect: boolean;
}

export interface OpenOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends it; a time-out of a minute unless given. */
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 60_000;

/** The HTTP API as commands use it. */
export class MessagingApi {
  readonly isDirect: boolean;
  readonly url: string;
  readonly #connection: ApiConnection;

  constructor(connection: ApiConnection) {
    this.#connection = connection;
    this.isDirect = connection.isDirect;
    this.url = connection.url;
  }

  /** The body of a good answer. @throws CommandError for any other */
  async get<Body>(path: string): Promise<Body> {
    return granted(await this.ask<Body>('GET', path));
  }

  /** The body of a good answer. @throws CommandError for any other */
  async post<Body>(path: string, body?: unknown): Promise<Body> {
    return granted(await this.ask<Body>('POST', path, body));
  }

  /** The answer, whatever it says. @throws CommandError when there is none, none of this API, or a key is wanted */
  async ask<Body>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<ApiAnswer<Body>> {
    const response = await this.open(method, path, { body });
    const answer = await readAnswer<Body>(response).catch((error: unknown) => {
      throw this.#unreachable(error);
    });
    if (answer === null) {
      throw new CommandError(
        ExitCode.UNAVAILABLE,
        'not_this_api',
        `what answers on ${this.url} is not a server of this project: ${method} ${path} got ${response.status} without its JSON. --url names another.`,
      );
    }
    return answer;
  }

  /** A response that is read by the caller. @throws CommandError when there is none, or a key is wanted */
  async open(
    method: 'GET' | 'POST',
    path: string,
    { body, headers = {}, signal = timeoutSignal(TIMEOUT_MS) }: OpenOptions = {},
  ): Promise<Response> {
    const { apiKey } = this.#connection;
    const request = new Request(this.url + path, {
      method,
      signal,
      // A key goes to the server that was named, and to no other.
      redirect: 'error',
      headers: {
        ...headers,
        ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    let response: Response;
    try {
      response = await this.#connection.fetch(request);
    } catch (error) {
      throw this.#unreachable(error);
    }
    if (response.status === 401) throw this.#unauthorized();
    return response;
  }

  #unreachable(cause: unknown): CommandError {
    return new CommandError(
      ExitCode.UNAVAILABLE,
      'unreachable',
      `no server answers on ${this.url} (${reasonOf(cause)}). ` +
        'Start it with "messaging-system serve", name another with --url, or use the store itself with --direct.',
      { cause },
    );
  }

  #unauthorized(): CommandError {
    const { keyOrigin } = this.#connection;
    const text =
      keyOrigin === null
        ? `the server on ${this.url} requires an API key: one of its server.apiKey, in SERVER_API_KEY or with --api-key.`
        : `the server on ${this.url} refuses the API key of ${keyOrigin}: the server has no such key.`;
    return new CommandError(ExitCode.NO_PERMISSION, 'unauthorized', text);
  }
}

/** The error that a refusal becomes for the user of the command. */
export function refusalError({ status, code, error, details }: ApiRefusal): CommandError {
  const advice =
    code === 'insufficient_scope' ? '. Give a key that may with --api-key or SERVER_API_KEY.' : '';
  return new CommandError(exitCodeOf(status), code, `${error}${advice}`, { details });
}

function granted<Body>(answer: ApiAnswer<Body>): Body {
  if (answer.isOk) return answer.body;
  throw refusalError(answer);
}

function exitCodeOf(status: number): number {
  if (status === 403) return ExitCode.NO_PERMISSION;
  if (status === 404 || status === 409) return ExitCode.REFUSED;
  if (status === 503) return ExitCode.UNAVAILABLE;
  return status < 500 ? ExitCode.DATA : ExitCode.SOFTWARE;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `nothing within ${TIMEOUT_MS / 1000} s`;
  const { cause } = error;
  if (cause instanceof AggregateError) return reasonOf(cause.errors.at(-1));
  return cause instanceof Error ? reasonOf(cause) : error.message;
}

interface Answered {
  readonly status: number;
  /** The time of the server. */
  readonly date: number | null;
  readonly headers: Headers;
}

/** The API's answer. */
export type ApiAnswer<Body> = (Answered & { readonly isOk: true; readonly body: Body }) | ApiRefusal;

export interface ApiRefusal extends Answered {
  readonly isOk: false;
  /** One of the API's stable codes. */
  readonly code: string;
  readonly error: string;
  readonly details: unknown;
}

/** Reads an answer; null when it does not come from this API. */
export async function readAnswer<Body>(response: Response): Promise<ApiAnswer<Body> | null> {
  const { status, headers } = response;
  const text = await response.text();
  const told = Date.parse(headers.get('date') ?? '');
  const answered = { status, headers, date: Number.isNaN(told) ? null : told };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return null;
  }
  // The caller asks a route whose answers the API checks against this very type.
  if (response.ok) return { ...answered, isOk: true, body: body as Body };
  if (typeof body !== 'object' || body === null || !('error' in body) || !('code' in body)) return null;
  const { error, code } = body;
  if (typeof error !== 'string' || typeof code !== 'string') return null;
  return { ...answered, isOk: false, error, code, details: 'details' in body ? body.details : undefined };
}

export interface ListFilter {
  readonly status?: MessageStatus;
  readonly phone?: string;
}

/** The path of a page of messages. */
export function listPath({ status, phone }: ListFilter, limit: number, cursor?: string | null): string {
  const query = new URLSearchParams({ limit: String(limit) });
  if (status !== undefined) query.set('status', status);
  if (phone !== undefined) query.set('phoneNumber', phone);
  if (cursor !== undefined && cursor !== null) query.set('cursor', cursor);
  return `/messages?${query}`;
}

/**
 * As `AbortSignal.timeout`, but what has arrived when the time is up is read first: a command that was suspended (Ctrl-Z) and goes on takes
 * the answer that is waiting for it. The timer keeps no process alive.
 */
export function timeoutSignal(ms: number): AbortSignal {
  const controller = new AbortController();
  const end = (): void => controller.abort(new DOMException(`nothing within ${ms} ms`, 'TimeoutError'));
  setTimeout(() => setImmediate(() => setImmediate(end)), ms).unref();
  return controller.signal;
}
