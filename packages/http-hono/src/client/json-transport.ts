import type { ErrorCode } from '../errors/error-code.ts';
import { ApiClientError } from './api-client-error.ts';
import { retryAfterMs } from './retry-after.ts';

const REDIRECTED = 'a redirect, and none is followed: give the address that it leads to as url';

export interface JsonRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Asks the API and reads what it answers. */
export class JsonTransport {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #fetch: typeof fetch;

  constructor(url: string, apiKey: string | undefined, ownFetch: typeof fetch | undefined) {
    this.#base = url.replace(/\/+$/, '');
    this.#headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
    // A browser's `fetch` wants to be called as nobody's method.
    this.#fetch = ownFetch ?? ((input, init) => fetch(input, init));
  }

  /** @throws ApiClientError for every answer that is no success; what `fetch` throws where there is none */
  async ask({ method, path, query = {}, body, signal }: JsonRequest): Promise<JsonAnswer> {
    const response = await this.#fetch(this.#base + path + search(query), {
      method,
      // Followed, a POST becomes a GET (Fetch standard, section 4.4), whose answer would pass for one that a message was stored; or it goes to a
      // server that nobody named.
      redirect: 'manual',
      headers: { ...this.#headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    const answer = parsed(await response.text());
    if (response.ok && answer !== undefined && !response.redirected)
      return { status: response.status, body: answer };
    throw refusal(response, answer);
  }
}

function search(query: NonNullable<JsonRequest['query']>): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(Object.fromEntries(given))}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(response: Response, answer: unknown): ApiClientError {
  const { status, headers } = response;
  const common = {
    status,
    requestId: headers.get('x-request-id'),
    retryAfterMs: retryAfterMs(headers),
  };
  if (!isError(answer)) {
    const text = isRedirect(response) ? REDIRECTED : `HTTP ${status}, and no answer of the Messaging System`;
    return new ApiClientError(text, { ...common, code: 'unreadable_answer', details: undefined });
  }
  return new ApiClientError(answer.error, { ...common, code: answer.code, details: answer.details });
}

function isRedirect({ type, status, redirected }: Response): boolean {
  // Browsers hide everything else of one; `redirected`: a `fetch` of somebody's own followed it all the same.
  return type === 'opaqueredirect' || (status >= 300 && status < 400) || redirected;
}

interface ErrorJson {
  readonly error: string;
  readonly code: ErrorCode;
  readonly details?: unknown;
}

// A newer server may have a code that is unknown here; it is still one.
function isError(answer: unknown): answer is ErrorJson {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'error' in answer &&
    typeof answer.error === 'string' &&
    'code' in answer &&
    typeof answer.code === 'string'
  );
}
