import type { RefusalReason } from './webhook-verifier.ts';

/** The answer for the sender. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for none. */
  readonly body: string;
}

const JSON_TYPE = { 'content-type': 'application/json' };

// 401 tells a sender that its secret is wrong, not the message: ours counts it for its breaker.
const REFUSALS: Readonly<Record<RefusalReason | 'body_too_large', { status: number; error: string }>> = {
  missing_headers: { status: 401, error: 'headers of the signature are missing' },
  invalid_id: { status: 400, error: 'webhook-id is invalid' },
  invalid_timestamp: { status: 401, error: 'webhook-timestamp is invalid' },
  timestamp_too_old: { status: 401, error: 'webhook-timestamp is too old' },
  timestamp_too_new: { status: 401, error: 'webhook-timestamp is in the future' },
  signature_mismatch: { status: 401, error: 'no signature matches' },
  body_too_large: { status: 413, error: 'the body is too large' },
};

/** The same for the first copy and for every later one. */
export function done(messageId: string | null): Answer {
  return messageId === null
    ? { status: 200, headers: {}, body: '' }
    : { status: 200, headers: JSON_TYPE, body: JSON.stringify({ messageId }) };
}

export function refusal(reason: RefusalReason | 'body_too_large'): Answer {
  const { status, error } = REFUSALS[reason];
  return failure(status, error, reason);
}

export function inProgress(): Answer {
  return failure(425, 'another copy is being worked on', 'in_progress');
}

export function storeUnavailable(): Answer {
  const answer = failure(503, 'the store of what was seen does not answer', 'seen_store_unavailable');
  return { ...answer, headers: { ...answer.headers, 'retry-after': '5' } };
}

/** @throws TypeError for a status that does not refuse. */
export function refusedByHandler(status: number): Answer {
  if (!Number.isInteger(status) || status < 400 || status > 599) {
    throw new TypeError(`refuse must be a status from 400 to 599, is ${status}`);
  }
  return failure(status, 'refused', 'refused');
}

function failure(status: number, error: string, code: string): Answer {
  return { status, headers: JSON_TYPE, body: JSON.stringify({ error, code }) };
}
