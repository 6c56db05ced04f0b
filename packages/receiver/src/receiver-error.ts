/**
 * `invalid_options`: options that can not be meant. `raw_body_missing`: something read or parsed the body before the receiver, so
 * that its signature can not be checked any more. `seen_store_unavailable`: the store did not answer or refused.
 */
export type ReceiverErrorCode = 'invalid_options' | 'raw_body_missing' | 'seen_store_unavailable';

/** A fault. The code is stable, the text is not; neither carries a secret. */
export class ReceiverError extends Error {
  override readonly name = 'ReceiverError';
  readonly code: ReceiverErrorCode;

  constructor(code: ReceiverErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
