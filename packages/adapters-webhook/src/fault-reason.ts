import { errors } from 'undici';

/** The code of the error with which the connector refuses an address. */
export const ADDRESS_REFUSED = 'ADDRESS_REFUSED';

const BEFORE_WRITING: ReadonlyMap<string, string> = new Map([
  [ADDRESS_REFUSED, 'address_refused'],
  ['ENOTFOUND', 'dns'],
  ['ECONNREFUSED', 'connection_refused'],
  ['ETIMEDOUT', 'connect_timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', 'connect_timeout'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['EADDRNOTAVAIL', 'unreachable'],
  ['EPROTO', 'tls'],
]);

const TLS_CODE =
  /^ERR_(?:SSL|TLS)_|CERT|SELF_SIGNED|^UNABLE_TO_|^(?:CRL|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

/** A stable word for a fault that came before anything of the request was written. */
export function reasonBeforeWriting(error: unknown): string {
  const code = codeOf(error);
  const known = BEFORE_WRITING.get(code);
  if (known !== undefined) return known;
  if (code.startsWith('EAI_')) return 'dns';
  return TLS_CODE.test(code) ? 'tls' : 'connect_failed';
}

/** A stable word for a fault that came after the request may have been written, and before a status line was read. */
export function reasonAfterWriting(error: unknown): string {
  const isBadAnswer =
    error instanceof errors.HTTPParserError ||
    error instanceof errors.HeadersOverflowError ||
    // undici's own words for an answer that is HTTP and makes no sense: 'bad response', 'bad upgrade'.
    (error instanceof errors.SocketError && error.message.startsWith('bad '));
  return isBadAnswer ? 'bad_answer' : 'connection_reset';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
