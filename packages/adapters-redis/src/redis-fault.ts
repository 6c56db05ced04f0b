import { SentCacheUnavailableError } from '@messaging-system/core';

export const NO_CONNECTION = 'no connection';

const CLUSTER =
  'it is a node of a Redis Cluster: the URL must begin with redis+cluster://, or the client be a Cluster of ioredis';

// The fixes for the most common reasons.
const MEANINGS: Readonly<Record<string, string>> = {
  WRONGPASS: 'the user name or the password is wrong',
  ETIMEDOUT: 'nothing answered in time: a firewall, or a port without TLS where the URL is rediss://',
  NOT_REDIS: 'what answers there speaks another protocol',
  NOAUTH: 'it asks for a password, and none is set',
  CLOSED_BEFORE_READY: 'it closed the connection at once, as a TLS port does where the URL is not rediss://',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS: the URL should be redis://, or the port is another',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted: NODE_EXTRA_CA_CERTS adds an authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted: NODE_EXTRA_CA_CERTS adds an authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted: NODE_EXTRA_CA_CERTS adds an authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not trusted: NODE_EXTRA_CA_CERTS adds an authority',
  MOVED: CLUSTER,
  CROSSSLOT: CLUSTER,
  NO_SUCH_PRIMARY: 'the Sentinels know no primary of this name',
  SENTINELS_UNREACHABLE: 'none of the Sentinels answers',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

/**
 * The fault that callers see. Errors of the driver are not handed on, not even as a cause: they carry the command and its arguments, and
 * may name the server's credentials.
 * @param connection why there is no connection, where the client said it
 */
export function sentCacheFault(error: unknown, connection: string | null = null): SentCacheUnavailableError {
  if (error instanceof SentCacheUnavailableError) return error;
  if (isReply(error) && !isHandshake(error)) {
    const reason = reasonOf(error);
    return new SentCacheUnavailableError(`Redis refused a command: ${explained(reason)}`, { reason });
  }
  const own = reasonOf(error);
  return unusable(own === NO_CONNECTION ? (connection ?? own) : own);
}

export function unusable(reason: string): SentCacheUnavailableError {
  return new SentCacheUnavailableError(`Redis can not be used: ${explained(reason)}`, { reason });
}

/** Nothing is read from or written to another database in its place. */
export function refusedDatabase(reason: string): SentCacheUnavailableError {
  return new SentCacheUnavailableError(`Redis refused the database that is set: ${explained(reason)}`, {
    reason,
  });
}

/**
 * The word that names what went wrong, and never the rest of the driver's or the server's text: the first word of an error reply (`OOM`,
 * `WRONGPASS`), or the code of the system or of TLS (`ECONNREFUSED`, `CERT_HAS_EXPIRED`).
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  // An error reply begins with a word in capitals, such as OOM, READONLY or NOAUTH.
  if (isReply(error)) return /^[A-Z]+/.exec(error.message)?.[0] ?? 'ERR';
  // The answer was not in the Redis protocol: an alert of TLS, or a page of a web server. ioredis marks such errors by these words alone.
  if (error.message.endsWith('Please report this.')) return 'NOT_REDIS';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // A cluster's client says at the end what the last node had said.
  if ('lastNodeError' in error && error.lastNodeError !== error) return reasonOf(error.lastNodeError);
  const nested = /^Too many Cluster redirections\. Last error: ReplyError: ([A-Z]+)/.exec(error.message)?.[1];
  if (nested !== undefined) return nested;
  const ofSentinel = sentinelReason(error.message);
  if (ofSentinel !== null) return ofSentinel;
  return error.message === 'Command timed out' ? 'no answer in time' : NO_CONNECTION;
}

function explained(reason: string): string {
  const meaning = Object.hasOwn(MEANINGS, reason) ? MEANINGS[reason] : undefined;
  return meaning === undefined ? reason : `${reason} (${meaning})`;
}

function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}

// A client that is not let in was refused its connection, whichever command got the error.
function isHandshake(error: unknown): boolean {
  return ['WRONGPASS', 'NOAUTH'].includes(reasonOf(error));
}

// ioredis has no codes for these.
function sentinelReason(message: string): string | null {
  if (/^connected to sentinel .* invalid reply/.test(message)) return 'NO_SUCH_PRIMARY';
  const because = /^failed to connect to sentinel .* because (.*)$/.exec(message)?.[1];
  if (because === undefined) return null;
  if (because.startsWith('ERR No such master')) return 'NO_SUCH_PRIMARY';
  return /^([A-Z]{3,}) /.exec(because)?.[1] ?? 'SENTINELS_UNREACHABLE';
}
