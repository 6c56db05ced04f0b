type ErrorStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 500 | 503;

interface ErrorEntry {
  readonly status: ErrorStatus;
  /** The default of the answer's `error`. */
  readonly text: string;
}

// The three texts of the Go service are its clients' contract.
const CATALOGUE = {
  body_too_large: { status: 413, text: 'the body is too large' },
  claiming_paused: { status: 409, text: 'claiming is paused' },
  cross_origin: { status: 403, text: 'a page of another site may not use this API' },
  dispatch_in_progress: { status: 409, text: 'a batch is under way, or the processor is draining' },
  host_not_allowed: { status: 403, text: 'the API may not be asked under this host name' },
  idempotency_conflict: { status: 409, text: 'the idempotency key belongs to another message' },
  incomplete_body: { status: 400, text: 'the body ended before it was complete' },
  insufficient_scope: { status: 403, text: 'the API key may not do this' },
  internal: { status: 500, text: 'internal error' },
  invalid_action: { status: 400, text: "invalid action, use 'start' or 'stop'" },
  invalid_cursor: { status: 400, text: 'unknown cursor; use `nextCursor` of an earlier page' },
  invalid_json: { status: 400, text: 'the body is not JSON in UTF-8' },
  invalid_limit: { status: 400, text: 'invalid limit parameter' },
  invalid_request: { status: 400, text: 'the request is not valid' },
  message_in_flight: { status: 409, text: 'the message is being delivered' },
  message_not_found: { status: 404, text: 'no such message' },
  method_not_allowed: { status: 405, text: 'method not allowed' },
  no_sent_messages: { status: 404, text: 'no unsent messages found' },
  not_found: { status: 404, text: 'no such route' },
  not_ready: { status: 503, text: 'not ready' },
  request_timeout: { status: 503, text: 'the request took too long; what it began may still take effect' },
  sent_cache_unavailable: { status: 503, text: 'the sent cache is unavailable' },
  status_conflict: { status: 409, text: 'the status of the message does not allow it' },
  store_rejected: { status: 503, text: 'the store refused the operation' },
  store_unavailable: { status: 503, text: 'the store is unavailable' },
  too_many_bodies: { status: 503, text: 'the server is reading as many large bodies as it may' },
  too_many_messages: { status: 413, text: 'too many messages in one call' },
  too_many_streams: { status: 503, text: 'too many event streams are open' },
  unauthorized: { status: 401, text: 'an API key is required: Authorization: Bearer <key>' },
  unsupported_media_type: { status: 415, text: 'the body must be application/json in UTF-8' },
} as const;

/** The stable codes of the API's errors. Codes stay across major versions, texts may change. */
export type ErrorCode = keyof typeof CATALOGUE;

/** The one place that knows which HTTP status and text an error code has. */
export const ERROR_CATALOGUE: Readonly<Record<ErrorCode, ErrorEntry>> = CATALOGUE;
