import type { Context, ErrorHandler } from 'hono';
import { routePath } from 'hono/route';
import type { HttpEnv } from '../http-env.ts';
import { ApiError } from './api-error.ts';
import type { ErrorCode } from './error-code.ts';
import { errorResponse } from './error-response.ts';
import { faultError } from './fault-error.ts';

/** Something thrown while a request was answered. Every text in it is safe for a log line but the error's own. */
export interface HttpFault {
  /** What the client was told. */
  readonly code: ErrorCode;
  readonly error: unknown;
  readonly requestId: string;
  readonly method: string;
  /** The route's pattern, never the path as it was sent. */
  readonly route: string;
}

/** Answers whatever was thrown and reports what was no intended answer. What `onFault` throws is dropped. */
export function onError(onFault: ((fault: HttpFault) => void) | undefined): ErrorHandler<HttpEnv> {
  return (thrown, c) => {
    if (thrown instanceof ApiError) return errorResponse(c, thrown);
    const answer = faultError(thrown);
    try {
      onFault?.(faultOf(c, answer.code, thrown));
    } catch {
      // The report of a fault must not become another one: the client still gets its answer.
    }
    return errorResponse(c, answer);
  };
}

function faultOf(c: Context<HttpEnv>, code: ErrorCode, error: unknown): HttpFault {
  return { code, error, requestId: c.get('requestId'), method: c.req.method, route: routePath(c, -1) };
}
