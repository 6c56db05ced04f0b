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
