import type { CancelResult, RedriveResult } from '@messaging-system/core';
import { ApiError } from './api-error.ts';
import type { ErrorCode } from './error-code.ts';

type Refusal = Exclude<CancelResult | RedriveResult, { readonly kind: 'cancelled' | 'redriven' }>;

/** The answer for a message that an operator could not change: it says where the message stands. */
export function statusRefusal(code: ErrorCode, refusal: Refusal): ApiError {
  if (refusal.kind === 'not_found') return new ApiError(code);
  return new ApiError(code, { details: { status: refusal.message.status } });
}
