import { MessagingError } from '@messaging-system/core';

/** An error as a log line has it: what it is and where it came from. Other properties of it stay out; drivers put commands there. */
export interface ErrorDescription {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
}

// A chain that is longer, or goes round in a circle, is cut off.
const DEEPEST_CAUSE = 4;

export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const code = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    // A typed fault says all there is to say; where it was thrown helps nobody who operates a server.
    ...(error.stack === undefined || error instanceof MessagingError ? {} : { stack: error.stack }),
    ...(error.cause === undefined || depth >= DEEPEST_CAUSE
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  };
}
