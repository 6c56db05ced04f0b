import type { ErrorCode } from '../errors/error-code.ts';

/** What the server refused, or something before it. Codes are stable, texts are not. */
export class ApiClientError extends Error {
  readonly status: number;
  /** `unreadable_answer`: not of our server, such as the page of a proxy, or a redirect. */
  readonly code: ErrorCode | 'unreadable_answer';
  /** As the code has it; see the list of codes. */
  readonly details: unknown;
  readonly requestId: string | null;
  /** What the server wishes, where it does. */
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    given: Pick<ApiClientError, 'status' | 'code' | 'details' | 'requestId' | 'retryAfterMs'>,
  ) {
    super(message);
    this.name = 'ApiClientError';
    this.status = given.status;
    this.code = given.code;
    this.details = given.details;
    this.requestId = given.requestId;
    this.retryAfterMs = given.retryAfterMs;
  }
}
