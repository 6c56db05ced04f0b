import type { Context, ErrorHandler } from 'hono';
import { routePath } from 'hono/route';
import type { HttpEnv } from '../http-env.ts';
import { tell } from '../tell.ts';
import { ApiError, errorResponse } from './api-error.ts';
import type { ErrorCode } from './error-catalogue.ts';
import { faultError } from './outcome-errors.ts';

/** Something thrown while a request was answered. Every text in it is safe for a log line but the error's own. */
export interface HttpFault {
  /** The answer that the client got. */
  readonly code: ErrorCode;
  readonly error: unknown;
  readonly requestId: string;
  readonly method: string;
  /** The route's pattern, never the path as it was sent. */
  readonly route: string;
}

type OnFault = ((fault: HttpFault) => void) | undefined;

/** Answers every error, and reports the unintended ones. */
export function onError(onFault: OnFault): ErrorHandler<HttpEnv> {
  return (thrown, c) => errorResponse(c, answerFor(thrown, c, routePath(c, -1), onFault));
}

/** The answer for an error; unintended ones are reported. Errors of `onFault` are dropped. */
export function answerFor(thrown: unknown, c: Context<HttpEnv>, route: string, onFault: OnFault): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const answer = faultError(thrown);
  tell(onFault, () => ({
    code: answer.code,
    error: thrown,
    requestId: c.get('requestId') ?? '',
    method: c.req.method,
    route,
  }));
  return answer;
}
