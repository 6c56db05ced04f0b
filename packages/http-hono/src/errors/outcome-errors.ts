import {
  type CancelResult,
  type DispatchOnceResult,
  type EnqueueManyResult,
  type ListResult,
  MessagingError,
  type RedriveResult,
} from '@messaging-system/core';
import type { FaultCode } from '@messaging-system/core/adapter';
import { ApiError } from './api-error.ts';
import type { ErrorCode } from './error-catalogue.ts';

type Refusals<Result extends { readonly kind: string }, Granted extends Result['kind']> = Record<
  Exclude<Result['kind'], Granted>,
  ErrorCode
>;

interface OutcomeCodes {
  readonly enqueue: Refusals<EnqueueManyResult, 'enqueued'>;
  readonly list: Refusals<ListResult, 'page'>;
  readonly cancel: Refusals<CancelResult, 'cancelled'>;
  readonly redrive: Refusals<RedriveResult, 'redriven'>;
  readonly dispatch: Refusals<DispatchOnceResult, 'dispatched'>;
  readonly fault: Record<FaultCode, ErrorCode>;
}

/** Which error answers each refusal and each fault of core; one that core adds does not compile until it is here. */
export const OUTCOME_CODES: OutcomeCodes = {
  enqueue: { conflict: 'idempotency_conflict', invalid: 'invalid_request' },
  list: { invalid_cursor: 'invalid_cursor' },
  cancel: { in_flight: 'message_in_flight', refused: 'status_conflict', not_found: 'message_not_found' },
  redrive: { refused: 'status_conflict', not_found: 'message_not_found' },
  dispatch: { busy: 'dispatch_in_progress', paused: 'claiming_paused' },
  fault: {
    store_unavailable: 'store_unavailable',
    store_rejected: 'store_rejected',
    sent_cache_unavailable: 'sent_cache_unavailable',
    broken_adapter: 'internal',
    invalid_options: 'internal',
    unsupported_runtime: 'internal',
  },
};

/** The errors of every route that needs the store. */
export const STORE_ERRORS: readonly ErrorCode[] = ['store_unavailable', 'store_rejected'];

/** When a client may ask again after a dependency was not there. */
export const RETRY_AFTER_S = 5;

/** The answer for something thrown: of faults only the code is shown, of all else nothing. */
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

type Refusal = Exclude<CancelResult | RedriveResult, { readonly kind: 'cancelled' | 'redriven' }>;

/** The answer for a message that an operator could not change: it says where the message stands. */
export function statusRefusal(code: ErrorCode, refusal: Refusal): ApiError {
  if (refusal.kind === 'not_found') return new ApiError(code);
  return new ApiError(code, { details: { status: refusal.message.status } });
}
