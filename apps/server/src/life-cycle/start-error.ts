import { describeError } from '../log/describe-error.ts';

/** The server cannot start, for a reason outside of it. The message is for whoever operates it: what, where, why. */
export class StartError extends Error {
  override readonly name = 'StartError';

  /** @param what completes "cannot …" */
  constructor(what: string, cause: unknown) {
    super(`cannot ${what}: ${reasonOf(cause)}`, { cause });
  }
}

function reasonOf(cause: unknown): string {
  const { message, cause: deeper } = describeError(cause);
  // The outermost says what was done, the innermost what went wrong; an AggregateError of node:net says nothing itself.
  const inner =
    cause instanceof AggregateError ? describeError(cause.errors.at(-1)).message : deeper?.message;
  if (inner === undefined || message.includes(inner)) return message;
  return message === '' ? inner : `${message}: ${inner}`;
}
