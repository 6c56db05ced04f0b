import type {
  CancelResult,
  DispatchOnceResult,
  EnqueueManyResult,
  FaultCode,
  ListResult,
  RedriveResult,
} from '@messaging-system/core';
import type { ErrorCode } from './error-code.ts';

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
