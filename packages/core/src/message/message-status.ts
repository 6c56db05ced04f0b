/**
 * Where a message stands. `unsent` and `sent` are the Go service's two; a leased message stays `unsent`.
 * `failed` is the dead letter, `unknown` an outcome that nobody knows, `cancelled` dropped by an operator.
 */
export type MessageStatus = 'unsent' | 'sent' | 'failed' | 'unknown' | 'cancelled';

export const MESSAGE_STATUSES: readonly MessageStatus[] = [
  'unsent',
  'sent',
  'failed',
  'unknown',
  'cancelled',
];

export function isMessageStatus(value: unknown): value is MessageStatus {
  return MESSAGE_STATUSES.some((status) => status === value);
}
