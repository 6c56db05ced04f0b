import type { Context } from 'hono';
import type { HttpEnv } from '../http-env.ts';
import { ERROR_CATALOGUE, type ErrorCode } from './error-catalogue.ts';
import type { ErrorDetails } from './error-details.ts';

interface ApiErrorOptions {
  /** Instead of the catalogue's text. */
  readonly text?: string;
  readonly details?: ErrorDetails;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer of the API that is an error; thrown by handlers, written by `errorResponse`. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, options: ApiErrorOptions = {}) {
    super(options.text ?? ERROR_CATALOGUE[code].text);
    this.name = 'ApiError';
    this.code = code;
    this.details = options.details;
    this.headers = options.headers ?? {};
  }
}

/** Writes an error as `{error, code, details?}` with its status. */
export function errorResponse(c: Context<HttpEnv>, error: ApiError): Response {
  const body = { error: error.message, code: error.code, details: error.details };
  return c.body(JSON.stringify(body), ERROR_CATALOGUE[error.code].status, {
    'content-type': 'application/json',
    ...error.headers,
  });
}
