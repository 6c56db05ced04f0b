import type { Clock } from '@messaging-system/core';
import type { MiddlewareHandler } from 'hono';
import { ApiError } from '../errors/api-error.ts';
import type { HttpEnv } from '../http-env.ts';
import { within } from '../wire/within.ts';

/** Answers `request_timeout` when the handlers after it have not answered in time. */
export function timeLimit(clock: Clock, ms: number): MiddlewareHandler<HttpEnv> {
  return async (_, next) => {
    const outcome = await within(clock, ms, next());
    if (outcome.kind === 'late') throw new ApiError('request_timeout');
  };
}
