import { retryAfterMs } from '@messaging-system/http-hono/client';

/** What the API answered. */
export type ApiAnswer<Body> =
  | {
      readonly isOk: true;
      readonly status: number;
      readonly body: Body;
      readonly headers: Headers;
      readonly date: number | null;
    }
  | ApiRefusal;

export interface ApiRefusal {
  readonly isOk: false;
  readonly status: number;
  /** One of the API's stable codes. */
  readonly code: string;
  readonly error: string;
  readonly details: unknown;
  readonly retryAfterMs: number | null;
  readonly date: number | null;
}

/** Reads an answer; null when it is none of this API. */
export async function readAnswer<Body>(response: Response): Promise<ApiAnswer<Body> | null> {
  const value = await readJson(response);
  if (value === undefined) return null;
  const told = Date.parse(response.headers.get('date') ?? '');
  const date = Number.isNaN(told) ? null : told;
  if (response.ok) {
    return {
      isOk: true,
      status: response.status,
      // The caller asks a route whose answers the API checks against this very type.
      body: value as Body,
      headers: response.headers,
      date,
    };
  }
  if (!isRefusal(value)) return null;
  return {
    isOk: false,
    status: response.status,
    code: value.code,
    error: value.error,
    details: value.details,
    retryAfterMs: retryAfterMs(response.headers),
    date,
  };
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRefusal(
  value: unknown,
): value is { readonly error: string; readonly code: string; readonly details?: unknown } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'error' in value &&
    typeof value.error === 'string' &&
    'code' in value &&
    typeof value.code === 'string'
  );
}
