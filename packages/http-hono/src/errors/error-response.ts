import type { Context } from 'hono';
import type { HttpEnv } from '../http-env.ts';
import type { ApiError } from './api-error.ts';
import { ERROR_CATALOGUE } from './error-catalogue.ts';

/** Writes an error as `{error, code, details?}` with its status. */
export function errorResponse(c: Context<HttpEnv>, error: ApiError): Response {
  const body = { error: error.message, code: error.code, details: error.details };
  return c.body(JSON.stringify(body), ERROR_CATALOGUE[error.code].status, {
    'content-type': 'application/json',
    ...error.headers,
  });
}
