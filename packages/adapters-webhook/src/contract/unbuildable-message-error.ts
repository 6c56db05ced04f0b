/**
 * A message that can never become a request: a value that is missing, or that a header or a path can't carry. The message fails without a request, and
 * without a word about the provider. Hooks may throw it as well.
 */
export class UnbuildableMessageError extends Error {
  /** A short stable word, which is stored with the message. */
  readonly reason: string;

  constructor(reason: string) {
    super(`the message can not be built: ${reason}`);
    this.name = 'UnbuildableMessageError';
    this.reason = reason;
  }
}
