import { ExitCode } from './exit-code.ts';

/** A command cannot go on. The message is for whoever typed it: what, why, and what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;
  /** A stable word for `--json`. */
  readonly code: string;
  readonly details: unknown;

  constructor(
    exitCode: number,
    code: string,
    message: string,
    options: { readonly cause?: unknown; readonly details?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.exitCode = exitCode;
    this.code = code;
    this.details = options.details;
  }
}

/** The arguments cannot be meant. */
export function usageError(text: string): CommandError {
  return new CommandError(ExitCode.USAGE, 'usage', text);
}

/** The error and its causes, on one line. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error instanceof AggregateError ? error.errors.at(-1) : error.cause;
  const below = inner === undefined ? '' : messageOf(inner);
  if (error.message === '') return below;
  return below === '' || error.message.includes(below) ? error.message : `${error.message}: ${below}`;
}
