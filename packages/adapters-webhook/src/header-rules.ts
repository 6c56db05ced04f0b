// RFC 9110 §5.6.2 and §5.5.
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Headers that the protocol, or the sender itself, sets. */
export const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'traceparent',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'webhook-id',
  'webhook-signature',
  'webhook-timestamp',
]);

export function isHeaderName(name: string): boolean {
  return TOKEN.test(name);
}

/** Whether a header can carry it: no line breaks, no NUL, nothing beyond Latin-1. */
export function isHeaderValue(value: string): boolean {
  return VALUE.test(value);
}
