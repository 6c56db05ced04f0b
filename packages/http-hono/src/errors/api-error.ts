import type {
  KeyConflict,
  PauseDetails,
  Problem,
  ScopeDetails,
  StatusDetails,
} from '../schemas/error-details.ts';
import type { ReadinessJson } from '../schemas/readiness.ts';
import { ERROR_CATALOGUE } from './error-catalogue.ts';
import type { ErrorCode } from './error-code.ts';

export type ErrorDetails =
  | readonly Problem[]
  | readonly KeyConflict[]
  | StatusDetails
  | PauseDetails
  | ScopeDetails
  | ReadinessJson;

export interface ApiErrorOptions {
  /** Instead of the catalogue's text. */
  readonly text?: string;
  readonly details?: ErrorDetails;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer of the API that is an error; thrown by handlers, written by `errorResponse`. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, options: ApiErrorOptions = {}) {
    super(options.text ?? ERROR_CATALOGUE[code].text);
    this.name = 'ApiError';
    this.code = code;
    this.details = options.details;
    this.headers = options.headers ?? {};
  }
}
