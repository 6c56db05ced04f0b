import type { ErrorCode } from '../errors/error-catalogue.ts';

const REDIRECTED = 'a redirect, and none is followed: give the address that it leads to as url';

export interface JsonRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

interface JsonAnswer {
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
    // A browser's `fetch` must not be called as a method.
    this.#fetch = ownFetch ?? ((input, init) => fetch(input, init));
  }

  /** @throws ApiClientError for every answer that is not a success; what `fetch` throws where there is none */
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

/** A refusal by the server, or by something before it. Codes are stable, texts are not. */
export class ApiClientError extends Error {
  readonly status: number;
  /** `unreadable_answer`: not of our server, such as the page of a proxy, or a redirect. */
  readonly code: ErrorCode | 'unreadable_answer';
  /** As the code has it; see the list of codes. */
  readonly details: unknown;
  readonly requestId: string | null;
  /** The server's wish, where it has one. */
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    given: Pick<ApiClientError, 'status' | 'code' | 'details' | 'requestId' | 'retryAfterMs'>,
  ) {
    super(message);
    this.name = 'ApiClientError';
    this.status = given.status;
    this.code = given.code;
    this.details = given.details;
    this.requestId = given.requestId;
    this.retryAfterMs = given.retryAfterMs;
  }
}

/**
 * The wait that a response asks for, in ms (RFC 9110, section 10.2.3: seconds or an HTTP date). A date counts from the response's own
 * `Date`, so the clocks may differ. One in the past is 0; null when the header is absent or says nothing readable.
 */
export function retryAfterMs(headers: Headers): number | null {
  const given = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(given)) return Number(given) * 1000;
  // `Date.parse` reads a number as a year.
  const at = /^[A-Z][a-z]+,? /.test(given) ? Date.parse(given) : Number.NaN;
  if (Number.isNaN(at)) return null;
  const sentAt = Date.parse(headers.get('date') ?? '');
  return Math.max(0, at - (Number.isNaN(sentAt) ? Date.now() : sentAt));
}
