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
  ['UND_ERR_PRX_TLS', 'tls'],
]);

const TLS_CODE =
  /^ERR_(?:SSL|TLS)_|CERT|SELF_SIGNED|^UNABLE_TO_|^(?:CRL|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

// undici's own words for a response of the proxy itself: to a forwarded request, and to `CONNECT`.
const PASSWORD_ASKED = /\b407\b/;
const NO_TUNNEL = /^Proxy response \((\d+)\)/;

/** The way to the proxy, or the tunnel through it, could not be made. The cause says why. */
export class ProxyError extends Error {
  readonly reason: string;

  constructor(reason: string, cause: unknown) {
    super(`the proxy: ${reason}`, { cause });
    this.name = 'ProxyError';
    this.reason = `proxy_${reason}`;
  }
}

/** A stable word for a response with which the proxy itself refused, so that the receiver never saw the request; else null. */
export function proxyRefusal(error: unknown): string | null {
  if (error instanceof errors.InvalidArgumentError)
    return PASSWORD_ASKED.test(error.message) ? 'proxy_http_407' : null;
  const status = error instanceof errors.RequestAbortedError ? NO_TUNNEL.exec(error.message)?.[1] : undefined;
  return status === undefined ? null : `proxy_http_${status}`;
}

/** Whether the proxy answered that it takes no request like this one: without its password, or to this host. */
export function isRefusedByProxy(reason: string): boolean {
  return reason.startsWith('proxy_http_4');
}

/** A stable word for a fault that came before anything of the request was written to the receiver. */
export function reasonBeforeWriting(error: unknown): string {
  if (error instanceof ProxyError) return error.reason;
  const refusal = proxyRefusal(error);
  if (refusal !== null) return refusal;
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
