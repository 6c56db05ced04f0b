import { MessagingError } from '@messaging-system/core';
import { ApiError } from './api-error.ts';
import { OUTCOME_CODES } from './outcome-codes.ts';

/** When a client may ask again after a dependency was not there. */
export const RETRY_AFTER_S = 5;

/** The answer for something thrown: of faults only the code is told, of all else nothing. */
export function faultError(thrown: unknown): ApiError {
  const code = thrown instanceof MessagingError ? OUTCOME_CODES.fault[thrown.code] : 'internal';
  switch (code) {
    case 'store_unavailable':
    case 'sent_cache_unavailable':
      return new ApiError(code, { headers: { 'retry-after': String(RETRY_AFTER_S) } });
    default:
      return new ApiError(code);
  }
}
